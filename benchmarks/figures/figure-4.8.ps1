<#
.SYNOPSIS
Slices with real metal, and what LI, NMAR and the module's DuDoNet make of them.
#>
param([string] $DataPath, [string] $OutputPath)

$ErrorActionPreference = 'Stop'
$slices = Get-ChildItem -LiteralPath (Join-Path $DataPath mar_adn_samples) -Filter 'spineweb_with_art*.npy' | Sort-Object Name
$images = Join-Path $OutputPath images
$reduced = Invoke-MetalArtifactReduction -LiteralPath $slices.FullName -Method LI, NMAR, DuDoNet -Destination $images -Force
foreach ($slice in $reduced | Sort-Object Name) {
    $name = $slice.Name -replace '^.*patient(\d+).*$', 'patient $1'
    if ($slice.Method -eq 'LI') { [pscustomobject]@{ Slice = $name; Method = 'input'; Path = $slice.SourcePath } }
    [pscustomobject]@{ Slice = $name; Method = $slice.Method; Path = $slice.ImagePath }
}
