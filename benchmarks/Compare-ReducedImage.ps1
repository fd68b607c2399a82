<#
.SYNOPSIS
Compares methods of a finished benchmark of metal artifact reduction, image by image: Wilcoxon's test with a bootstrap interval
of the paired differences from a baseline, over all seeds, by dataset and size of the metal.

.DESCRIPTION
The images are those that Invoke-Benchmark.ps1 left in the results' folder; nothing is reduced again. Methods are named as in the
config, such as the configurations of Table 4.1, which share an algorithm. In PSNR and SSIM more is better, in RmseHu less.

.PARAMETER Config
The config of the benchmark.

.PARAMETER OutputPath
The folder of its results; results/NAME unless given.

.PARAMETER DataPath
The folder that holds the real datasets.

.PARAMETER Method
The methods that are compared with the baseline, by their names in the config.

.PARAMETER Baseline
The method that they are compared with.

.EXAMPLE
benchmarks/Compare-ReducedImage.ps1 configs/table-4.1-reduced.yaml -Method g -Baseline e
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [string] $Config,
    [string] $OutputPath,
    [string] $DataPath = $env:THESIS_DATA,
    [Parameter(Mandatory)] [string[]] $Method,
    [Parameter(Mandatory)] [string] $Baseline
)

$ErrorActionPreference = 'Stop'
if ($Baseline -in $Method) { throw "'$Baseline' is the baseline; leave it out of -Method." }
if (-not (Get-Module Thesis)) { Import-Module (Join-Path $PSScriptRoot .. Thesis.psd1) }
Import-Module (Join-Path $PSScriptRoot ArtifactCase.psm1)

$planning = @{ LiteralPath = $Config }
foreach ($name in 'DataPath', 'OutputPath') { if ((Get-Variable $name).Value) { $planning[$name] = (Get-Variable $name).Value } }
$plan = @(Get-BenchmarkPlan @planning)
$unknown = @($Method) + $Baseline | Where-Object { $_ -notin $plan.Method }
if ($unknown) { throw "'$Config' has no method '$($unknown -join "', '")'; it has $(($plan.Method | Select-Object -Unique) -join ', ')." }

$scores = foreach ($run in $plan | Where-Object { $_.Method -in @($Method) + $Baseline }) {
    $images = Join-Path $run.OutputPath images $run.RunId
    $ending = if ($run.Algorithm -eq 'Ceiling') { 'truth.fbp' } else { $run.Algorithm.ToLowerInvariant() }
    $data = Join-Path $run.OutputPath data "$($run.Dataset)-seed$($run.Seed)"
    $records = foreach ($case in Get-ArtifactCase $data) {
        $name = Split-Path $case.ImagePath -LeafBase
        [pscustomobject]@{
            ImagePath = Join-Path $images "$name.$ending.npy"; TruthPath = $case.TruthPath; MaskPath = $case.MaskPath
            Name = "$name, seed $($run.Seed)"; Group = $case.Group; Method = $run.Method
        }
    }
    foreach ($score in $records | Measure-ImageQuality) {
        $score | Add-Member -NotePropertyName Dataset -NotePropertyValue $run.Dataset -PassThru
    }
}

$scores | Group-Object Dataset | ForEach-Object {
    $set = $_
    $set.Group | Compare-ImageQuality -Baseline $Baseline -Metric (Get-QualityMetric Truth).Values -ByGroup |
        Select-Object @{ Name = 'Dataset'; Expression = { $set.Name } }, *
}
