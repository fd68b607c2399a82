<#
.SYNOPSIS
One metal artifact reduction run of a benchmark: reduces every case of a dataset by one method and emits the metrics, over
all cases and by the size of the metal.

.DESCRIPTION
A case is a clean slice with simulated metal. The cases of a dataset are simulated once, into data/DATASET-seedSEED of the
results' folder; cases.txt, written last, says that they are complete. The reduced images go to images/RUNID.

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

# What a protocol generates: slices of a size, each with so many metals.
$protocols = @{
    'torso-64'  = @{ Size = 64; Slices = 2; Metals = 5; Geometry = 'reduced-64' }
    'torso-128' = @{ Size = 128; Slices = 4; Metals = 5; Geometry = 'reduced-128' }
    'torso-416' = @{ Size = 416; Slices = 2; Metals = 10; Geometry = 'dissertation' }
}

$data = Join-Path $Run.OutputPath data "$($Run.Dataset)-seed$($Run.Seed)"
$list = Join-Path $data cases.txt

if ($Prepare) {
    if (-not (Test-Path -LiteralPath $list)) {
        $options = $Run.DatasetParameters.Clone()
        $source = $Run.Files.images
        if ($Run.Protocol) {
            $protocol = $protocols[$Run.Protocol]
            $options.Count = $protocol.Metals
            if (-not $options.Contains('Geometry')) { $options.Geometry = $protocol.Geometry }
            $slices = New-SyntheticScan -Count $protocol.Slices -Size $protocol.Size -Seed $Run.Seed -Force `
                -Destination (Join-Path $data slices)
            $source = $slices.ImagePath
        }
        else {
            $options.MaskPath = $Run.Files.masks
        }
        $cases = New-MetalArtifact -LiteralPath $source @options -Seed $Run.Seed -Destination $data -Force
        $cases | ForEach-Object { "$($_.Name)`t$($_.Group)" } | Set-Content -LiteralPath $list
    }
    return [pscustomobject]@{ DataPath = $data }
}

$cases = foreach ($line in Get-Content -LiteralPath $list) {
    $name, $group = $line.Split("`t")
    $stem = Join-Path $data $name
    [pscustomobject]@{
        ImagePath    = "$stem.npy"
        TruthPath    = "$stem.truth.npy"
        MaskPath     = "$stem.mask.png"
        SinogramPath = "$stem.sinogram.npy"
        TracePath    = "$stem.trace.npy"
        Group        = $group
    }
}

$parameters = $Run.Parameters
$images = Join-Path $Run.OutputPath images $Run.RunId
$reduced = @($cases | Invoke-MetalArtifactReduction -Method $Run.Algorithm @parameters -Destination $images -Force)
foreach ($score in $reduced | Measure-ImageQuality -ByGroup) {
    $group = if ($score.Group -eq 'all') { '' } else { $score.Group }
    $values = [ordered]@{
        psnr_window = $score.PsnrWindow
        ssim_window = $score.SsimWindow
        psnr_full   = $score.PsnrFull
        ssim_full   = $score.SsimFull
        rmse_hu     = $score.RmseHu
    }
    foreach ($name in $values.Keys) {
        [pscustomobject]@{ Metric = $name; Value = $values[$name]; Count = $score.Count; Group = $group }
    }
}

$seconds = ($reduced | Measure-Object ElapsedSeconds -Sum).Sum
[pscustomobject]@{ Metric = 'seconds_per_slice'; Value = $seconds / $reduced.Count; Count = $reduced.Count; Group = '' }
