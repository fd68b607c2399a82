<#
.SYNOPSIS
One face clustering run of a benchmark: clusters and emits the metrics.

.DESCRIPTION
Unless the parameters say where to cut, a linkage is cut where the identities make BCubed F largest, and k-means gets the
true number of identities: the dissertation's oracle. The precision-recall curve of a linkage goes to curves/RUNID.csv in
the results' folder.

.PARAMETER Run
The run, from Get-BenchmarkPlan.

.PARAMETER Prepare
Makes the data ready and emits their paths.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] $Run,
    [switch] $Prepare
)

Import-Module (Join-Path $PSScriptRoot .. Once.psm1)

$data = Join-Path $Run.OutputPath data "$($Run.Protocol)-seed$($Run.Seed)"
$features = $Run.Protocol ? (Join-Path $data features.npy) : $Run.Files.features
$identities = $Run.Protocol ? (Join-Path $data identities.txt) : $Run.Files.identities

if ($Prepare) {
    if ($Run.Protocol) {
        # The features are written last.
        Invoke-Once $features { New-SyntheticFace -Protocol $Run.Protocol -Seed $Run.Seed -Destination $data -Force | Out-Null }
    }
    return [pscustomobject]@{ DataPath = $features }
}

$parameters = $Run.Parameters
$cutGiven = @('Threshold', 'ClusterCount', 'Calibration', 'Auto' | Where-Object { $parameters.Contains($_) }).Count -gt 0
$curve = Join-Path $Run.OutputPath curves "$($Run.RunId).csv"
$null = New-Item -ItemType Directory -Force (Split-Path $curve)

$tree = Join-Path ([IO.Path]::GetTempPath()) "thesis-$($Run.RunId)-$PID.npy"
Remove-Item -LiteralPath $tree -ErrorAction Ignore

$written = @{}
if ($Run.Algorithm -in 'AHC', 'PAHC', 'DDC', 'DDC-NEG', 'ARO') { $written.DendrogramPath = $tree }
$faces = Invoke-FaceClustering -LiteralPath $features -IdentityPath $identities -Method $Run.Algorithm @parameters `
    -Oracle:(-not $cutGiven) @written -Force -Seed $Run.Seed -WarningAction SilentlyContinue -WarningVariable warnings
# How the file of the tree is written concerns nobody: it goes when it has been measured.
$warnings | Where-Object Message -NotLike "*$([WildcardPattern]::Escape($tree))*" | ForEach-Object { Write-Warning $_.Message }

$recall = @()
$best = $null
if (Test-Path -LiteralPath $tree) {
    $wanted = @{}
    if ($Run.Recall.Count -gt 0) { $wanted.Recall = $Run.Recall }
    $scores = Measure-FaceClustering -DendrogramPath $tree -IdentityPath $identities -CurvePath $curve -Force @wanted
    $best = $scores | Where-Object OperatingPoint -EQ 'oracle'
    $recall = @($scores | Where-Object OperatingPoint -Like 'recall *')
    Remove-Item -LiteralPath $tree
}
if ($cutGiven -or $null -eq $best) { $best = $faces | Measure-FaceClustering }

$values = [ordered]@{
    bcubed_f         = $best.BCubedF
    bcubed_precision = $best.BCubedPrecision
    bcubed_recall    = $best.BCubedRecall
    pairwise_f       = $best.PairwiseF
    nmi              = $best.Nmi
    clusters         = $best.Clusters
}
if ($null -ne $best.Threshold) { $values.threshold = $best.Threshold }
foreach ($point in $recall) {
    $values["precision_at_recall_$($point.OperatingPoint.Substring('recall '.Length))"] = $point.BCubedPrecision
}

foreach ($name in $values.Keys) {
    [pscustomobject]@{ Metric = $name; Value = $values[$name]; Count = $best.Count }
}
