<#
.SYNOPSIS
Trains a classifier, a generator and its inverter by a config, and writes the descriptions that defend the classifier with them.

.DESCRIPTION
Writes NAME-classifier, NAME-generator and NAME-inverter.safetensors, and NAME-defensegan.yaml and NAME-invgan.yaml. A model
that is there already is kept; a training that was stopped goes on.

.PARAMETER Config
The config, such as configs/models/mnist-defence.psd1: Name, Dataset, and the parameters of Build-Classifier,
Build-GenerativeModel and Build-GeneratorInverter under Classifier, Generator and Inverter.

.PARAMETER DataPath
The folder above those of the catalogue's datasets.

.PARAMETER OutputPath
The folder of the models; it is made when it is missing.

.EXAMPLE
benchmarks/Build-DefenceModel.ps1 -Config configs/models/mnist-defence.psd1 -DataPath ../data -OutputPath models
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Config,
    [Parameter(Mandatory)] [string] $OutputPath,
    [string] $DataPath
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module Thesis)) { Import-Module (Join-Path $PSScriptRoot .. Thesis.psd1) }

$settings = Import-PowerShellDataFile -LiteralPath $Config
$null = New-Item $OutputPath -ItemType Directory -Force
$classifier, $generator, $inverter = foreach ($part in 'classifier', 'generator', 'inverter') {
    Join-Path $OutputPath "$($settings.Name)-$part.safetensors"
}
$data = $DataPath ? @{ DataPath = $DataPath } : @{}

$parameters = $settings.Classifier
if (-not (Test-Path -LiteralPath $classifier)) { Build-Classifier $settings.Dataset $classifier @data @parameters -Resume }
$parameters = $settings.Generator
if (-not (Test-Path -LiteralPath $generator)) { Build-GenerativeModel $settings.Dataset $generator @data @parameters -Resume }
$parameters = $settings.Inverter
if (-not (Test-Path -LiteralPath $inverter)) { Build-GeneratorInverter $generator $inverter @parameters -Resume }

$projections = @{
    defensegan = '    restarts: 10', '    steps: 200', '    prune_after: 20', '    prune_to: 2'
    invgan     = "    inverter: $($settings.Name)-inverter.safetensors", '    restarts: 1', '    steps: 40'
}
foreach ($defence in $projections.Keys) {
    Set-Content -LiteralPath (Join-Path $OutputPath "$($settings.Name)-$defence.yaml") -Value @(
        'version: 1'
        "classifier: $($settings.Name)-classifier.safetensors"
        'defences:'
        '  - kind: projection'
        "    generator: $($settings.Name)-generator.safetensors"
        $projections[$defence]
    )
}
