<#
.SYNOPSIS
One attack on a classifier, as a run of a benchmark: attacks and emits the metrics.

.DESCRIPTION
The model is the config's; where it names none, it is trained once for the dataset, the architecture, the epochs and the
seed, and kept in models of the results' folder. A training that was stopped goes on.

.PARAMETER Run
The run, from Get-BenchmarkPlan.

.PARAMETER Prepare
Trains the model where it is missing.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] $Run,
    [switch] $Prepare
)

$dataset = $Run.Protocol ? $Run.Protocol : $Run.Files.images
$architecture = $Run.DatasetParameters.Architecture ?? 'model-a'
$epochs = $Run.DatasetParameters.Epochs ?? 10
$model = $Run.Files.model ?? (
    Join-Path $Run.OutputPath models "$($Run.Dataset)-$architecture-epochs$epochs-seed$($Run.Seed).safetensors")

if ($Prepare) {
    if (-not (Test-Path -LiteralPath $model)) {
        Build-Classifier $dataset -Architecture $architecture -Epochs $epochs -Seed $Run.Seed -Destination $model -Resume | Out-Null
    }
    return
}

$parameters = $Run.Parameters
if (-not $parameters.Contains('First') -and $Run.DatasetParameters.Contains('First')) {
    $parameters.First = $Run.DatasetParameters.First
}

# A run without an attack is one whose epsilon is zero.
$attack = $Run.Algorithm
if ($attack -eq 'Clean') {
    $attack = 'RAND'
    $parameters.Epsilon = 0
}
$rows = Test-AdversarialRobustness $model $dataset -Attack $attack -Seed $Run.Seed @parameters
$row = $rows | Where-Object Attack -EQ $attack

$values = [ordered]@{
    accuracy       = $row.Accuracy
    accuracy_lower = $row.Lower
    accuracy_upper = $row.Upper
    mean_linf      = $row.MeanLinf
    mean_l2        = $row.MeanL2
}
if ($null -ne $row.SuccessRate) { $values.success_rate = $row.SuccessRate }
foreach ($name in $values.Keys) {
    [pscustomobject]@{ Metric = $name; Value = $values[$name]; Count = $row.Count }
}
