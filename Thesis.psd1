@{
    # First a look whether the session holds another Thesis. The loader comes before the cmdlets: it must be in place before
    # PowerShell reads their types. The cmdlets are nested, too, and no root module, since Get-Help looks for a root module's
    # help beside this file, for a nested one's in bin/.
    NestedModules        = @('bin/Thesis.Session.psm1', 'bin/Thesis.Loader.dll', 'bin/Thesis.Cmdlets.dll')
    ModuleVersion        = '0.1.0'
    GUID                 = '5b0a6b4e-6a7e-4d0f-9c83-2f4b52cd9a11'
    Author               = 'The Thesis authors'
    CompanyName          = 'The Thesis authors'
    Copyright            = '(c) The Thesis authors. MIT License.'
    Description          = 'Face clustering, CT metal artifact reduction and adversarial robustness: "Deep learning with constraints and priors" (W.-A. Lin, 2020) as cmdlets.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('bin/Thesis.Format.ps1xml')
    CmdletsToExport      = @(
        'Get-FaceFeature'
        'Get-FaceProtocol'
        'Invoke-FaceClustering'
        'Invoke-FaceCuration'
        'Undo-FaceCuration'
        'Add-Face'
        'Get-Face'
        'Set-Face'
        'Remove-Face'
        'Get-FaceCatalogue'
        'Get-FaceCluster'
        'Set-FaceCluster'
        'Merge-FaceCluster'
        'Split-FaceCluster'
        'Update-FaceCluster'
        'Undo-FaceChange'
        'Measure-FaceClustering'
        'Measure-FacePair'
        'New-SyntheticFace'
        'ConvertTo-Sinogram'
        'ConvertFrom-Sinogram'
        'New-SyntheticScan'
        'New-MetalArtifact'
        'Invoke-MetalArtifactReduction'
        'Measure-ImageQuality'
        'Compare-ImageQuality'
        'Export-ReductionFigure'
        'Export-ReductionReport'
        'Build-ArtifactReducer'
        'Build-Classifier'
        'Build-FaceEmbedder'
        'Build-GenerativeModel'
        'Build-GeneratorInverter'
        'New-AdversarialExample'
        'Test-AdversarialRobustness'
        'Test-CertifiedRobustness'
        'Test-GradientMasking'
        'Invoke-GenerativeProjection'
        'Measure-AttackDetection'
        'Measure-GeneratedImage'
        'Install-ThesisBackend'
        'Save-ThesisDataset'
        'Get-BenchmarkPlan'
        'Add-BenchmarkResult'
        'Merge-BenchmarkResult'
        'Compare-BenchmarkResult'
        'ConvertTo-BenchmarkTable'
        'Export-BenchmarkReport'
        'Export-Figure'
        'Read-BenchmarkResult'
    )
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @(
                'face-clustering', 'face-recognition', 'metal-artifact-reduction', 'computed-tomography', 'DICOM',
                'adversarial-robustness', 'adversarial-attacks', 'deep-learning', 'machine-learning', 'TorchSharp', 'benchmark',
                'PSEdition_Core', 'Windows', 'Linux', 'MacOS'
            )
            LicenseUri   = 'https://opensource.org/license/mit'
            ReleaseNotes = 'See CHANGELOG.md, which comes with the module.'
        }
    }
}
