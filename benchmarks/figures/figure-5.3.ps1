<#
.SYNOPSIS
Digits, clean and attacked by PGD, and their projections by DefenseGAN and by InvGAN.

.DESCRIPTION
The dissertation shows CIFAR-10; the module's own models are of MNIST. A generator of CIFAR-10 is given as Generator, with Inverter,
Model, Dataset and Epsilon.
#>
param(
    [string] $DataPath, [string] $OutputPath, [string] $Generator = 'mnist-generator', [string] $Inverter = 'mnist-inverter',
    [string] $Model = 'mnist-classifier', [string] $Dataset = 'mnist', [double] $Epsilon = 25, [int] $Samples = 10
)

$ErrorActionPreference = 'Stop'
$data = @{ DataPath = $DataPath; First = $Samples; Force = $true }
$attacked = New-AdversarialExample $Model $Dataset -Attack PGD -Epsilon $Epsilon -Destination $OutputPath @data
$none = New-AdversarialExample $Model $Dataset -Attack RAND -Epsilon 0 -Destination $OutputPath @data
$rows = [ordered]@{}
foreach ($images in @{ clean = $none.Path }, @{ "PGD-$Epsilon" = $attacked.Path }) {
    $name = "$($images.Keys)"
    $rows[$name] = "$($images.Values)"
    foreach ($defence in @{ Restarts = 10; Steps = 200 }, @{ Inverter = $Inverter; Restarts = 1; Steps = 40 }) {
        $set = Invoke-GenerativeProjection $Generator $Dataset -ExamplePath $rows[$name] @defence @data `
            -Destination (Join-Path $OutputPath "$name-$($defence.ContainsKey('Inverter') ? 'invgan' : 'defensegan')")
        $rows["$name, $($set.Method)"] = $set.Path
    }
}
foreach ($row in $rows.Keys) {
    for ($i = 0; $i -lt $Samples; $i++) { [pscustomobject]@{ Images = $row; Sample = $i + 1; Path = $rows[$row]; Index = $i } }
}
