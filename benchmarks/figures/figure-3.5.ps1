<#
.SYNOPSIS
The densities of matched and mismatched distances of 100 subjects of LFW; of generated faces where there is no DataPath.
#>
param([string] $DataPath, [string] $OutputPath)

$ErrorActionPreference = 'Stop'
$null = New-Item -ItemType Directory -Force $OutputPath
$curve = Join-Path $OutputPath densities.csv
$pairs = if ($DataPath) {
    $folder = Join-Path $DataPath lfw_mobilefacenet128
    Measure-FacePair -LiteralPath (Join-Path $folder features.npy) -IdentityPath (Join-Path $folder labels.txt) -CurvePath $curve -Force
} else {
    New-SyntheticFace -Protocol lfw -Seed 1 -Destination (Join-Path $OutputPath lfw) -Force | Measure-FacePair -CurvePath $curve -Force
}
$names = @{
    matched    = [string]::Format([cultureinfo]::InvariantCulture, 'matched; epsilon {0:0.000}', $pairs.Epsilon)
    mismatched = [string]::Format([cultureinfo]::InvariantCulture, 'mismatched; eta {0:0.000}', $pairs.Eta)
}
foreach ($row in Import-Csv -LiteralPath $curve) {
    foreach ($kind in 'matched', 'mismatched') {
        [pscustomobject]@{ Pairs = $names[$kind]; Distance = $row.distance; Density = $row.$kind }
    }
}
