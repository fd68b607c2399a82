#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../Thesis.psd1') -Force
    Import-Module (Join-Path $PSScriptRoot Suite.psm1)
    $script:data = Get-DataPath
}

Describe 'Labeled Faces in the Wild' {
    It 'are clustered as well as docs/faces.md says' {
        Skip-Without lfw_mobilefacenet128
        $score = Get-Item $data/lfw_mobilefacenet128/features.npy |
            Invoke-FaceClustering -Method AHC -Oracle -IdentityPath $data/lfw_mobilefacenet128/labels.txt |
            Measure-FaceClustering
        $score.Count | Should -Be 13233
        [Math]::Round($score.BCubedF, 4) | Should -Be 0.9438
        [Math]::Round($score.Nmi, 4) | Should -Be 0.9878
        $score.Clusters | Should -Be 5943
    }
}

Describe 'A real slice with a real mask of metal' {
    It 'is nearer to the truth after each reduction' {
        Skip-Without ct_hu, mar_masks
        $scores = Get-Item $data/ct_hu/deeplesion_000001_01_01_103.npy.gz |
            New-MetalArtifact -MaskPath $data/mar_masks/mask_3.png -Destination $TestDrive/metal |
            Invoke-MetalArtifactReduction -Method None, LI, NMAR -Destination $TestDrive/reduced |
            Measure-ImageQuality
        $none, $li, $nmar = $scores
        $scores.RmseHu | Should -BeFinite
        $li.RmseHu | Should -BeLessThan $none.RmseHu
        $nmar.RmseHu | Should -BeLessThan $none.RmseHu
    }
}

Describe 'Digits behind the InvGAN that comes with the module' {
    It 'stay what they are' {
        Skip-Without mnist
        $clean = Test-AdversarialRobustness mnist-invgan mnist -DataPath $data -First 20 -Attack RAND -Epsilon 0 | Where-Object Attack -EQ Clean
        $clean.Count | Should -Be 20
        $clean.Accuracy | Should -BeGreaterOrEqual 0.9
    }
}
