#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../Thesis.psd1') -Force

    function Complete([string] $Line) { (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText }
}

Describe 'Tab' {
    It 'completes <Line>' -ForEach @(
        @{ Line = 'Measure-FacePair x -Device c'; Values = 'cpu', 'cuda', 'cuda:0' }
        @{ Line = 'New-SyntheticFace -Protocol ijbb-5'; Values = @('ijbb-512') }
        @{ Line = 'Invoke-FaceClustering x -Method DDC'; Values = 'DDC', 'DDC-NEG' }
        @{ Line = 'ConvertTo-Sinogram x -Geometry reduced-'; Values = 'reduced-128', 'reduced-64' }
        @{ Line = 'New-MetalArtifact x -Material '; Values = 'Ti', 'Fe', 'Cu', 'Au' }
        @{ Line = 'Build-Classifier mn'; Values = @('mnist') }
        @{ Line = 'Build-Classifier shapes -Architecture w'; Values = @('wide-resnet') }
        @{ Line = 'Build-FaceEmbedder x -Architecture r'; Values = @('resnet101') }
        @{ Line = 'Test-AdversarialRobustness m shapes -Attack FGSM, PGD-'; Values = 'PGD-L2', 'PGD-Printed', 'PGD-Grey', 'PGD-BPDA', 'PGD-Inverter', 'PGD-Tangent', 'PGD-Unrolled', 'PGD-Printed-Grey', 'PGD-Detector' }
        @{ Line = 'New-AdversarialExample m shapes -Target l'; Values = @('least-likely') }
        @{ Line = 'Export-Figure x figure-3.'; Values = 'figure-3.4', 'figure-3.5', 'figure-3.6' }
        @{ Line = 'Save-ThesisDataset fas'; Values = @('fashion-mnist') }
    ) {
        Complete $Line | Should -Be $Values
    }

    It 'knows the properties of what a cmdlet emits' {
        Complete 'Invoke-FaceClustering x | Sort-Object Coh' | Should -Be 'Cohesion'
        Complete 'Invoke-MetalArtifactReduction x | Where-Object MetalP' | Should -Be 'MetalPixels'
    }

    It 'completes paths' {
        $features, $table = 'features.npy', 'faces.csv' | ForEach-Object { Join-Path $TestDrive $_ }
        $null = New-Item $features, $table
        Complete "Invoke-FaceClustering $TestDrive/feat" | Should -Be $features
        Complete "New-MetalArtifact x -MaskPath $TestDrive/fac" | Should -Be $table
    }
}
