<#
.SYNOPSIS
Some images of each dataset of faces that is there: LFW, ORL, cropped Yale B.
#>
param([string] $DataPath, [string] $OutputPath)

$ErrorActionPreference = 'Stop'
$samples = 8
$faces = Join-Path $OutputPath faces
if (-not (Test-Path -LiteralPath $faces)) {
    Expand-Archive -LiteralPath (Join-Path $DataPath lfw_aligned64 faces.zip) -DestinationPath $faces
}
$people = Get-ChildItem -LiteralPath $faces -Directory | Sort-Object Name
for ($i = 0; $i -lt $samples; $i++) {
    $image = Get-ChildItem -LiteralPath $people[[int] ($i * $people.Count / $samples)].FullName -File | Sort-Object Name | Select-Object -First 1
    [pscustomobject]@{ Dataset = 'LFW'; Sample = $i + 1; Path = $image.FullName; Index = 0 }
}
foreach ($set in @{ ORL = 'orl_faces/images.npy' }, @{ 'Yale B' = 'yaleb_cropped/images.npy.gz' }) {
    $file = Join-Path $DataPath "$($set.Values)"
    $count = (Get-Content -LiteralPath (Join-Path (Split-Path $file) labels.txt)).Count
    for ($i = 0; $i -lt $samples; $i++) {
        [pscustomobject]@{ Dataset = "$($set.Keys)"; Sample = $i + 1; Path = $file; Index = [int] [math]::Floor(($i + 0.5) * $count / $samples) }
    }
}
