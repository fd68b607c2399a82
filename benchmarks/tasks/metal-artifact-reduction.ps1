<#
.SYNOPSIS
One metal artifact reduction run of a benchmark: reduces every case of a dataset by one method and emits the metrics, over
all cases and by the size of the metal.

.DESCRIPTION
A case is a clean slice with simulated metal. The cases of a dataset are simulated once, into data/DATASET-seedSEED of the
results' folder; cases.txt, written last, says that they are complete. The reduced images go to images/RUNID.

A method with a network is trained first, into models/ of the results' folder; a run that was killed goes on with its training
where it stood. Datasets with the same training slices share the network. Ceiling is filtered backprojection of the true sinogram.

.PARAMETER Run
The run, from Get-BenchmarkPlan.

.PARAMETER Prepare
Simulates the cases and emits their folder.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] $Run,
    [switch] $Prepare
)

Import-Module (Join-Path $PSScriptRoot .. ArtifactCase.psm1), (Join-Path $PSScriptRoot .. Once.psm1)

# What a protocol generates: slices of a size, each with so many metals.
$protocols = @{
    'torso-64'    = @{ Body = 'Torso'; Size = 64; Slices = 2; Metals = 5; Geometry = 'reduced-64' }
    'torso-128'   = @{ Body = 'Torso'; Size = 128; Slices = 4; Metals = 5; Geometry = 'reduced-128' }
    'torso-416'   = @{ Body = 'Torso'; Size = 416; Slices = 2; Metals = 10; Geometry = 'dissertation' }
    'anatomy-64'  = @{ Body = 'Anatomy'; Size = 64; Slices = 20; Metals = 10; Geometry = 'reduced-64' }
    'anatomy-128' = @{ Body = 'Anatomy'; Size = 128; Slices = 20; Metals = 10; Geometry = 'reduced-128' }
    'anatomy-416' = @{ Body = 'Anatomy'; Size = 416; Slices = 20; Metals = 10; Geometry = 'dissertation' }
}

# The parameters of Build-ArtifactReducer, and those that reduction has, too.
$ofTraining = 'Configuration', 'Width', 'Blocks', 'Layers', 'PhantomShare', 'Epochs', 'ExamplesPerEpoch', 'BatchSize', 'PatchSize',
    'LearningRate', 'HalvingEpochs', 'ValidationCount'
$ofBoth = 'MixedPrecision', 'ThreadCount', 'Device'

$data = Join-Path $Run.OutputPath data "$($Run.Dataset)-seed$($Run.Seed)"
$list = Join-Path $data cases.txt
$geometry = $Run.DatasetParameters.Geometry
if (-not $geometry -and $Run.Protocol) { $geometry = $protocols[$Run.Protocol].Geometry }

if ($Prepare) {
    Invoke-Once $list {
        $options = $Run.DatasetParameters.Clone()
        $source = $Run.Files.images
        if ($Run.Protocol) {
            $protocol = $protocols[$Run.Protocol]
            $options.Count = $protocol.Metals
            $options.Geometry = $geometry
            $options.Remove('Size')
            $slices = New-SyntheticScan -Body $protocol.Body -Count $protocol.Slices -Size $protocol.Size -Seed $Run.Seed -Force `
                -Destination (Join-Path $data slices)
            $source = $slices.ImagePath
        }
        else {
            $options.MaskPath = $Run.Files.masks
        }
        $cases = New-MetalArtifact -LiteralPath $source @options -Seed $Run.Seed -Destination $data -Force
        Set-Line $list ($cases | ForEach-Object { "$($_.Name)`t$($_.Group)" })
    }
    return [pscustomobject]@{ DataPath = $data }
}

# The network of a method: named after all that it is made of, so that no run takes another one's.
function Get-Model($Parameters) {
    $options = @{ Method = $Run.Algorithm; Seed = $Run.Seed }
    if ($geometry) { $options.Geometry = $geometry }
    if ($Run.Files.training) {
        $options.LiteralPath = $Run.Files.training
        if ($Run.DatasetParameters.Unit) { $options.Unit = $Run.DatasetParameters.Unit }
    }
    if ($Run.DatasetParameters.Material) { $options.Material = $Run.DatasetParameters.Material }
    foreach ($name in $ofTraining + $ofBoth) {
        if ($Parameters.ContainsKey($name)) { $options[$name] = $Parameters[$name] }
    }
    $identity = ($options.GetEnumerator() | Sort-Object Key | ForEach-Object { "$($_.Key)=$($_.Value -join ',')" }) -join ' '
    $hash = [Security.Cryptography.SHA256]::HashData([Text.Encoding]::UTF8.GetBytes($identity))
    $model = Join-Path $Run.OutputPath models "$($Run.Method)-$([Convert]::ToHexString($hash, 0, 6).ToLowerInvariant()).safetensors"
    Invoke-Once $model { $null = Build-ArtifactReducer @options -Destination $model -Resume -ErrorAction Stop }
    $model
}

$cases = Get-ArtifactCase $data
$images = Join-Path $Run.OutputPath images $Run.RunId
if ($Run.Algorithm -eq 'Ceiling') {
    $reduced = @($cases | ConvertTo-CeilingImage -Destination $images)
}
else {
    $parameters = $Run.Parameters.Clone()
    $learned = (Get-Command Build-ArtifactReducer).Parameters.Method.Attributes.ValidValues
    $isLearned = $Run.Algorithm -in $learned
    if ($isLearned) {
        $parameters.ModelPath = Get-Model $parameters
        foreach ($name in $ofTraining) { $parameters.Remove($name) }
    }
    $reduced = @($cases | Invoke-MetalArtifactReduction -Method $Run.Algorithm @parameters -Destination $images -Force)
}

# A kind is measured where the config keeps one of its metrics; a sinogram says the geometry of its case, an image does not.
foreach ($kind in 'Truth', 'Aapm', 'NoTruth') {
    $properties = Get-QualityMetric $kind
    if (-not ($properties.Keys | Where-Object { $_ -in $Run.Metrics })) { continue }
    $how = if ($kind -eq 'Truth') { @{} } else { @{ $kind = $true } }
    if ($geometry) { $how.Geometry = $geometry }
    foreach ($score in $reduced | Measure-ImageQuality -ByGroup @how) {
        $group = if ($score.Group -eq 'all') { '' } else { $score.Group }
        foreach ($name in $properties.Keys) {
            $value = $score.($properties[$name])
            if ($null -eq $value) { continue }
            [pscustomobject]@{ Metric = $name; Value = $value; Count = $score.Count; Group = $group }
        }
    }
}

if ($Run.Algorithm -ne 'Ceiling') {
    $seconds = ($reduced | Measure-Object ElapsedSeconds -Sum).Sum
    [pscustomobject]@{ Metric = 'seconds_per_slice'; Value = $seconds / $reduced.Count; Count = $reduced.Count; Group = '' }
}
