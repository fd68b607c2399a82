# The simulated cases of metal artifact reduction that a folder holds, and the columns of their scores.

<#
.SYNOPSIS
Emits the cases of a folder of New-MetalArtifact, with the files of each by the names that reduction and metrics bind, in the
order of its cases.txt: a name and the group of the metal's size, a line for each.

.EXAMPLE
Get-ArtifactCase data/ct-rtk-seed1 | Invoke-MetalArtifactReduction -Method LI -Destination reduced
#>
function Get-ArtifactCase {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [string] $Path)

    foreach ($line in Get-Content -LiteralPath (Join-Path $Path cases.txt)) {
        $name, $group = $line.Split("`t")
        $stem = Join-Path $Path $name
        [pscustomobject]@{
            ImagePath    = "$stem.npy"
            TruthPath    = "$stem.truth.npy"
            MaskPath     = "$stem.mask.png"
            SinogramPath = "$stem.sinogram.npy"
            TracePath    = "$stem.trace.npy"
            Group        = $group
        }
    }
}

<#
.SYNOPSIS
Reconstructs cases from their sinograms without metal: what no method can be expected to beat. Emits records as those of
Invoke-MetalArtifactReduction, of the method Ceiling.

.EXAMPLE
Get-ArtifactCase data/ct-rtk-seed1 | ConvertTo-CeilingImage -Destination ceiling | Measure-ImageQuality
#>
function ConvertTo-CeilingImage {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, ValueFromPipeline)] $Case,
        [Parameter(Mandatory)] [string] $Destination
    )

    process {
        $truth = $Case.SinogramPath -replace '\.sinogram\.npy$', '.truth.sinogram.npy'
        [pscustomobject]@{
            ImagePath  = (ConvertFrom-Sinogram -LiteralPath $truth -Destination $Destination -Force).ImagePath
            TruthPath  = $Case.TruthPath
            MaskPath   = $Case.MaskPath
            SourcePath = $Case.ImagePath
            Name       = Split-Path $Case.ImagePath -LeafBase
            Group      = $Case.Group
            Method     = 'Ceiling'
        }
    }
}

<#
.SYNOPSIS
The metrics of a kind by their names in result files, each with the property of Measure-ImageQuality's record that holds it:
against the truth, of the AAPM challenge, or without truth.
#>
function Get-QualityMetric {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [ValidateSet('Truth', 'Aapm', 'NoTruth')] [string] $Kind)

    switch ($Kind) {
        Truth {
            [ordered]@{
                psnr_window = 'PsnrWindow'; ssim_window = 'SsimWindow'; psnr_full = 'PsnrFull'; ssim_full = 'SsimFull'; rmse_hu = 'RmseHu'
            }
        }
        Aapm {
            [ordered]@{
                aapm_mean = 'Mean'; aapm_accuracy = 'Accuracy'; aapm_noise = 'Noise'; aapm_sharpness = 'Sharpness'
                aapm_streaks = 'Streaks'; aapm_similarity = 'Similarity'; aapm_bone = 'Bone'; aapm_metal = 'Metal'
                aapm_range = 'Range'
            }
        }
        NoTruth {
            [ordered]@{
                tissue_drift_hu = 'SoftTissueDriftHu'; bone_drift_hu = 'BoneDriftHu'; noise_ratio = 'NoiseRatio'
                edge_ratio = 'EdgeRatio'; residual = 'Residual'
            }
        }
    }
}
