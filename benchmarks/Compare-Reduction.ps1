<#
.SYNOPSIS
Compares reductions on the cases of a benchmark, image by image: mean scores, the scores of the AAPM challenge among them, and
Wilcoxon's test with a bootstrap interval against a baseline.

.DESCRIPTION
The cases are those of the config's datasets, simulated as Invoke-Benchmark.ps1 does; where its results' folder has them already,
they are taken. Each is reduced by the baseline and the methods. DuDoNet is the module's own network, others need a ModelPath,
such as the files in models/ of a benchmark's results. scores.csv in the output folder holds every image's scores, comparison.csv
the tests, which are emitted, too. In PSNR and SSIM more is better; in the AAPM scores, of which Mean is the average, and in
RmseHu, less.

.PARAMETER Config
The config of a metal-artifact-reduction benchmark.

.PARAMETER DataPath
The folder that holds the real datasets.

.PARAMETER OutputPath
The folder of the cases, the images and the tables; results/NAME unless given.

.PARAMETER Method
The methods that are compared with the baseline. Ceiling is filtered backprojection of the sinogram without metal; it has no metal,
which its Metal score and so its Mean punish.

.PARAMETER Baseline
The method that they are compared with.

.PARAMETER ModelPath
The networks of the methods.

.PARAMETER First
How many cases of each dataset, at equal steps; all unless given.

.EXAMPLE
benchmarks/Compare-Reduction.ps1 configs/table-4.2-reduced.yaml -DataPath ../shared/data
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [string] $Config,
    [string] $DataPath = $env:THESIS_DATA,
    [string] $OutputPath,
    [string[]] $Method = @('LI', 'DuDoNet', 'Ceiling'),
    [string] $Baseline = 'NMAR',
    [string[]] $ModelPath,
    [int] $First
)

$ErrorActionPreference = 'Stop'
if ($Baseline -in $Method) { throw "'$Baseline' is the baseline; leave it out of -Method." }
if (-not (Get-Module Thesis)) { Import-Module (Join-Path $PSScriptRoot .. Thesis.psd1) }
Import-Module (Join-Path $PSScriptRoot ArtifactCase.psm1)

$planning = @{ LiteralPath = $Config }
foreach ($name in 'DataPath', 'OutputPath') { if ((Get-Variable $name).Value) { $planning[$name] = (Get-Variable $name).Value } }
$task = Join-Path $PSScriptRoot tasks metal-artifact-reduction.ps1
$reducing = @{ Method = @($Baseline) + $Method -ne 'Ceiling' }
if ($ModelPath) { $reducing.ModelPath = $ModelPath }
$aapmScores = @((Get-QualityMetric Aapm).Values)
$scores = foreach ($run in Get-BenchmarkPlan @planning | Group-Object Dataset, Seed | ForEach-Object { $_.Group[0] }) {
    $data = (& $task -Run $run -Prepare).DataPath
    $all = @(Get-ArtifactCase $data)
    $count = if ($First) { [Math]::Min($First, $all.Count) } else { $all.Count }
    $cases = for ($i = 0; $i -lt $count; $i++) { $all[[Math]::Floor(($i + 0.5) * $all.Count / $count)] }
    $images = Join-Path $run.OutputPath compared $run.Dataset
    $how = @{}
    if ($run.DatasetParameters.Geometry) { $how.Geometry = $run.DatasetParameters.Geometry }
    $reduced = @(
        $cases | Invoke-MetalArtifactReduction @reducing -Destination $images -Force
        if ('Ceiling' -in $Method) { $cases | ConvertTo-CeilingImage -Destination (Join-Path $images ceiling) }
    )
    $aapm = @{}
    foreach ($score in $reduced | Measure-ImageQuality -Aapm @how) { $aapm["$($score.Method) $($score.Name)"] = $score }
    foreach ($score in $reduced | Measure-ImageQuality @how) {
        $challenge = $aapm["$($score.Method) $($score.Name)"]
        $row = [ordered]@{ Dataset = $run.Dataset; Seed = $run.Seed }
        foreach ($property in @('Name', 'Method', 'Group', 'MetalPixels') + (Get-QualityMetric Truth).Values) {
            $row[$property] = $score.$property
        }
        foreach ($property in $aapmScores) { $row[$property] = $challenge.$property }
        [pscustomobject]$row
    }
    $output = $run.OutputPath
}

$scores | Export-Csv -LiteralPath (Join-Path $output scores.csv)
$tests = foreach ($set in $scores | Group-Object Dataset) {
    $set.Group | Compare-ImageQuality -Baseline $Baseline -Metric (@('PsnrWindow', 'SsimWindow', 'RmseHu') + $aapmScores) -ByGroup |
        Select-Object @{ Name = 'Dataset'; Expression = { $set.Name } }, *
}
$tests | Export-Csv -LiteralPath (Join-Path $output comparison.csv)
$tests
