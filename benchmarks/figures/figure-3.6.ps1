<#
.SYNOPSIS
How many clusters each threshold gives by AHC, PAHC, DDC and DDC-NEG, on LFW and on generated faces of the shape of YTF's 41 subjects.
#>
param([string] $DataPath, [string] $OutputPath)

$ErrorActionPreference = 'Stop'
$null = New-Item -ItemType Directory -Force $OutputPath
$sets = [ordered]@{}
$made = New-SyntheticFace -Protocol ijbb-32 -Seed 1 -Destination (Join-Path $OutputPath ijbb-32) -Force
$sets['ijbb-32, generated'] = Join-Path $OutputPath ijbb-32 features.npy
if ($DataPath) { $sets['LFW'] = Join-Path $DataPath lfw_mobilefacenet128 features.npy }
$most = 2000
foreach ($set in $sets.Keys) {
    foreach ($method in 'AHC', 'PAHC', 'DDC', 'DDC-NEG') {
        $curve = Join-Path $OutputPath "$($set -replace '\W', '-')-$method.csv"
        if (-not (Test-Path -LiteralPath $curve)) {
            Invoke-FaceClustering -LiteralPath $sets[$set] -Method $method -CurvePath $curve -Summary -WarningAction Ignore | Out-Null
        }
        $rows = @(Import-Csv -LiteralPath $curve)
        $heights = $rows.threshold | ForEach-Object { [double]::Parse($_, [cultureinfo]::InvariantCulture) } | Measure-Object -Minimum -Maximum
        # More than a plot shows is left out.
        $step = [math]::Max(1, [int] [math]::Ceiling($rows.Count / $most))
        foreach ($i in @(for ($i = 0; $i -lt $rows.Count; $i += $step) { $i }) + ($rows.Count - 1)) {
            $height = [double]::Parse($rows[$i].threshold, [cultureinfo]::InvariantCulture)
            [pscustomobject]@{
                Dataset   = $set
                Method    = $method
                Threshold = ($height - $heights.Minimum) / ($heights.Maximum - $heights.Minimum)
                Clusters  = $rows[$i].clusters
            }
        }
    }
}
