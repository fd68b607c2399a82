<#
.SYNOPSIS
One attack on a classifier, or a projection of images, as a run of a benchmark: attacks and emits the metrics.

.DESCRIPTION
The model is the config's, or with Models the module's own; where it names none, it is trained once for the dataset, the
architecture, the epochs and the seed, and kept in models of the results' folder. A run with a defence trains the generator,
and for InvGAN the inverter, in the same way; ALI and AGE train both at once. A row that sets the inverter's losses has an inverter of
its own, with the module's models, too. A training that was stopped goes on. With WitnessEpochs a second classifier of the next
seed is trained, too, and looks at what turned the model. The method Projection reconstructs the test
images, measures them by the classifier's features, and counts those that it classifies right.

.PARAMETER Run
The run, from Get-BenchmarkPlan.

.PARAMETER Prepare
Trains the models where they are missing, and describes the defended one.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] $Run,
    [switch] $Prepare
)

Import-Module (Join-Path $PSScriptRoot .. Once.psm1)

$dataset = $Run.Protocol ? $Run.Protocol : $Run.Files.images
$common = $Run.DatasetParameters
$architecture = $common.Architecture ?? 'model-a'
$epochs = $common.Epochs ?? 10
$folder = Join-Path $Run.OutputPath models
$half = [bool] $common.HalfPrecision
$name = "$($Run.Dataset)-$architecture-epochs$epochs$($half ? '-half' : '')-seed$($Run.Seed)"
# The module's own models go by their names.
$own = $common.Models
$model = $own ? "$own-classifier" : $Run.Files.model ?? (Join-Path $folder "$name.safetensors")

# A copy: what is taken out here is asked for again by the next call.
$parameters = $Run.Parameters.Clone()
$defence = $parameters.Defence
$width = $common.Width ?? 32
$generatorSteps = $common.GeneratorSteps ?? 10000
$inverterSteps = $common.InverterSteps ?? 10000
$networks = $common.GenerativeArchitecture ?? 'dcgan28'
$kind = $networks -eq 'dcgan28' ? '' : "$networks-"
# The losses of the inverter that the row sets.
$losses = [ordered]@{}
foreach ($key in 'Eta', 'AdversarialWeight', 'SemanticWeight', 'LatentWeight') {
    if ($parameters.Contains($key)) { $losses[$key] = $parameters[$key] }
    $parameters.Remove($key)
}
$told = -join ($losses.Keys | ForEach-Object { "-$_$([string]::Format([cultureinfo]::InvariantCulture, '{0}', $losses[$_]))" })
# ALI and AGE train a generator and its inverter at once.
$joint = $defence -in 'ali', 'age'
if ($joint) {
    $jointSteps = $parameters.JointSteps ?? 10000
    $jointWidth = $parameters.JointWidth ?? $width
    $generator, $inverter = 'generator', 'inverter' | ForEach-Object {
        Join-Path $folder "$($Run.Dataset)-$kind$defence-$_-w$jointWidth-steps$jointSteps-seed$($Run.Seed).safetensors"
    }
} else {
    $generator = $own ? "$own-generator" : (Join-Path $folder "$($Run.Dataset)-$($kind)generator-w$width-steps$generatorSteps-seed$($Run.Seed).safetensors")
    $inverter = $own -and -not $losses.Count ? "$own-inverter" :
        (Join-Path $folder "$($own ? "$own-own" : $Run.Dataset)-$($kind)inverter-w$width-steps$inverterSteps-of$generatorSteps$told-seed$($Run.Seed).safetensors")
}
$settings = [ordered]@{
    restarts    = $parameters.DefenceRestarts ?? 10
    steps       = $parameters.DefenceSteps ?? 200
    optimiser   = $parameters.DefenceAdam ? 'adam' : 'sgd'
    prune_after = $parameters.DefencePruneAfter ?? 0
    prune_to    = $parameters.DefencePruneTo ?? 2
}
$witness = $common.WitnessEpochs ? (Join-Path $folder "$($Run.Dataset)-$architecture-epochs$($common.WitnessEpochs)-seed$($Run.Seed + 1).safetensors") : $null
$defended = Join-Path $folder "$($own ?? $name)-$kind$defence-$($settings.Values -join '-')$told.yaml"

if ($Prepare) {
    # The wide ResNet has a recipe of its own (Build-Classifier's help).
    $recipe = $architecture -eq 'wide-resnet' ? @{ Optimizer = 'SGD'; LearningRate = 0.1; WeightDecay = 2e-4; Schedule = 'Steps'; Shift = 4; Mirror = $true } : @{}
    if (-not $own) {
        Invoke-Once $model {
            Build-Classifier $dataset -Architecture $architecture -Epochs $epochs -Seed $Run.Seed -Destination $model -HalfPrecision:$half -Resume @recipe | Out-Null
        }
    }
    if ($witness) {
        Invoke-Once $witness {
            Build-Classifier $dataset -Architecture $architecture -Epochs $common.WitnessEpochs -Seed ($Run.Seed + 1) -Destination $witness -Resume @recipe | Out-Null
        }
    }
    if (-not $defence) { return }
    if ($defence -notin 'defensegan', 'invgan', 'ali', 'age') { throw "Defence is defensegan, invgan, ali or age, not '$defence'." }
    if ($losses.Count -and $defence -ne 'invgan') { throw "$($losses.Keys -join ', '): the losses are those of InvGAN's inverter." }
    if ($Run.Files.model) { throw 'A defended run trains its classifier: the description of a model lies beside it.' }
    $training = @{ Seed = $Run.Seed; BatchSize = 50; MixedPrecision = [bool] $common.MixedPrecision; HalfPrecision = $half; Schedule = 'Cosine'; Resume = $true }
    $sizes = @{ Architecture = $networks; Width = $width; AverageDecay = 0.998 }
    if ($joint) {
        # The generator is written last.
        Invoke-Once $generator {
            $rate = $parameters.JointRate ?? 2e-4
            # Their authors keep no average.
            $sizes.Width, $sizes.AverageDecay = $jointWidth, 0
            Build-GenerativeModel $dataset $generator -Objective $defence -InverterDestination $inverter -Iterations $jointSteps -GeneratorRate $rate -DiscriminatorRate $rate @sizes @training |
                Out-Null
        }
    } elseif (-not $own) {
        Invoke-Once $generator {
            Build-GenerativeModel $dataset $generator -Iterations $generatorSteps -GeneratorRate ($common.GeneratorRate ?? 1e-3) @sizes @training | Out-Null
        }
    }
    if ($defence -eq 'invgan' -and $inverter -ne "$own-inverter") {
        Invoke-Once $inverter {
            $given = @{ AdversarialWeight = $common.AdversarialWeight ?? 1 }
            foreach ($key in $losses.Keys) { $given[$key] = $losses[$key] }
            Build-GeneratorInverter $generator $inverter -Iterations $inverterSteps -InverterRate ($common.InverterRate ?? 5e-4) @given @training | Out-Null
        }
    }
    $lines = @(
        'version: 1'
        "classifier: $(Split-Path -Leaf $model)"
        'defences:'
        '  - kind: projection'
        "    generator: $(Split-Path -Leaf $generator)"
        if ($defence -ne 'defensegan') { "    inverter: $(Split-Path -Leaf $inverter)" }
        foreach ($key in $settings.Keys) { "    ${key}: $($settings[$key])" }
    )
    Invoke-Once $defended { Set-Line $defended $lines }
    return
}

if ($Run.Algorithm -eq 'Projection') {
    $target = Join-Path ([IO.Path]::GetTempPath()) "thesis-$([IO.Path]::GetRandomFileName())"
    $projection = @{
        Restarts   = $settings.restarts
        Steps      = $settings.steps
        Optimizer  = $settings.optimiser
        PruneAfter = $settings.prune_after
        PruneTo    = $settings.prune_to
        Seed       = $Run.Seed
    }
    if ($defence -ne 'defensegan') { $projection.Inverter = $inverter }
    $first = $parameters.First ?? $common.First
    if ($first) { $projection.First = $first }
    try {
        $set = Invoke-GenerativeProjection $generator $dataset -Destination $target @projection
        $score = Measure-GeneratedImage $set.Path $dataset -Extractor $model
        $spread = Import-Csv -LiteralPath $set.ManifestPath | ForEach-Object { [double] $_.mse } | Measure-Object -StandardDeviation
        $judged = Test-AdversarialRobustness $model $dataset -ExamplePath $set.Path -First $set.Count | Where-Object Attack -Like 'Saved*'
        $values = [ordered]@{
            mse                 = $set.MeanError
            mse_deviation       = $spread.StandardDeviation
            inception_score     = $score.InceptionScore
            inception_deviation = $score.InceptionDeviation
            frechet_distance    = $score.FrechetDistance
            accuracy            = $judged.Accuracy
            accuracy_lower      = $judged.Lower
            accuracy_upper      = $judged.Upper
            mean_steps          = $set.MeanSteps
        }
        foreach ($metric in $values.Keys) { [pscustomobject]@{ Metric = $metric; Value = $values[$metric]; Count = $set.Count } }
    } finally {
        Remove-Item -LiteralPath $target -Recurse -ErrorAction Ignore
    }
    return
}

$detection = $parameters.Detection
foreach ($key in @($parameters.Keys) -match '^(Defence|Joint)') { $parameters.Remove($key) }
$parameters.Remove('Detection')
if (-not $parameters.Contains('First') -and $common.Contains('First')) { $parameters.First = $common.First }
if ($witness) { $parameters.WitnessPath = $witness }
$attacked = $defence ? $defended : $model

# A run without an attack is one whose epsilon is zero.
$attack = $Run.Algorithm
if ($attack -eq 'Clean') {
    $attack = 'RAND'
    $parameters.Epsilon = 0
}

$values = [ordered]@{}
if ($detection) {
    $rows = Measure-AttackDetection $attacked $dataset -Attack $attack -Seed $Run.Seed @parameters
    $image, $semantic = foreach ($distance in 'Image', 'Semantic') { $rows | Where-Object Distance -EQ $distance }
    $values.auc_image = $image.Area
    $values.auc_image_lower = $image.Lower
    $values.auc_image_upper = $image.Upper
    $values.auc_semantic = $semantic.Area
    $values.auc_semantic_lower = $semantic.Lower
    $values.auc_semantic_upper = $semantic.Upper
    $values.detected_image = $image.DetectionRate
    $values.detected_semantic = $semantic.DetectionRate
    $values.defended_or_detected = $semantic.DefendedOrDetected
    $values.accuracy = $semantic.Accuracy
    $row = $semantic
} else {
    $rows = Test-AdversarialRobustness $attacked $dataset -Attack $attack -Seed $Run.Seed @parameters
    $row = $rows | Where-Object Attack -EQ $attack
    $values.accuracy = $row.Accuracy
    $values.accuracy_lower = $row.Lower
    $values.accuracy_upper = $row.Upper
    $values.mean_linf = $row.MeanLinf
    $values.mean_l2 = $row.MeanL2
    if ($null -ne $row.SuccessRate) { $values.success_rate = $row.SuccessRate }
}
$values.turned = $row.Turned
$values.witness_right = $row.WitnessRight
$values.witness_turned = $row.WitnessTurned
$count = $row.Count
foreach ($metric in $values.Keys) {
    # A single image has no interval.
    if ($null -ne $values[$metric]) { [pscustomobject]@{ Metric = $metric; Value = $values[$metric]; Count = $count } }
}
