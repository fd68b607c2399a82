<#
.SYNOPSIS
Digits, what the Overpowered attack on DefenseGAN makes of them, and the projections of that by DefenseGAN and by InvGAN.

.DESCRIPTION
The chapter's attack takes 20,000 steps; these few fit two cores.
#>
param([string] $DataPath, [string] $OutputPath, [int] $Samples = 4, [int] $Steps = 100, [int] $Restarts = 2, [int] $NoiseDraws = 5)

$ErrorActionPreference = 'Stop'
$data = @{ DataPath = $DataPath; First = $Samples; Force = $true }
$none = New-AdversarialExample mnist-classifier mnist -Attack RAND -Epsilon 0 -Destination $OutputPath @data
$attacked = New-AdversarialExample mnist-defensegan mnist -Attack Overpowered -Steps $Steps -Restarts $Restarts -NoiseDraws $NoiseDraws -Destination $OutputPath @data
$rows = [ordered]@{ clean = $none.Path; Overpowered = $attacked.Path }
foreach ($defence in @{ Restarts = 10; Steps = 200 }, @{ Inverter = 'mnist-inverter'; Restarts = 1; Steps = 40 }) {
    $set = Invoke-GenerativeProjection mnist-generator mnist -ExamplePath $attacked.Path @defence @data `
        -Destination (Join-Path $OutputPath ($defence.ContainsKey('Inverter') ? 'invgan' : 'defensegan'))
    $rows[$set.Method] = $set.Path
}
$classes = @(Import-Csv -LiteralPath $attacked.ManifestPath)
foreach ($row in $rows.Keys) {
    for ($i = 0; $i -lt $Samples; $i++) {
        [pscustomobject]@{ Images = $row; Sample = $i + 1; Path = $rows[$row]; Index = $i; Class = $row -eq 'clean' ? $classes[$i].label : '' }
    }
}
