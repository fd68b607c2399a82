#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeAll {
    $script:manifest = (Resolve-Path (Join-Path $PSScriptRoot '../../Thesis.psd1')).Path
    Import-Module (Join-Path $PSScriptRoot '../../benchmarks/Shell.psm1')

    # The module alone, as a gallery puts it, in a folder of modules.
    $script:modules = Join-Path $TestDrive 'modules'
    $null = New-Item -ItemType Directory "$modules/Thesis"
    Copy-Item $manifest "$modules/Thesis"
    Copy-Item (Join-Path (Split-Path $manifest) 'bin') "$modules/Thesis" -Recurse
}

Describe 'The manifest' {
    It 'is one that Test-ModuleManifest takes without a word' {
        $read = Test-ModuleManifest $manifest -WarningVariable warnings -ErrorVariable faults
        $read.Name | Should -Be 'Thesis'
        $warnings + $faults | Should -BeNullOrEmpty
    }

    It 'lists what Import-Module exports' {
        Import-Module $manifest -Force
        (Get-Command -Module Thesis).Name | Should -Be ((Test-ModuleManifest $manifest).ExportedCmdlets.Keys | Sort-Object)
    }
}

Describe 'Import-Module' {
    It 'leaves libtorch and ONNX Runtime alone until a tensor is needed' -Skip:(-not $IsLinux) {
        $mapped = Invoke-Shell -NoProfile -Command "Import-Module '$manifest'; Get-Content /proc/self/maps"
        $mapped -like '*Thesis.Cmdlets.dll' | Should -Not -BeNullOrEmpty
        $mapped -match 'torch|onnxruntime' | Should -BeNullOrEmpty
    }

    It 'works again after Remove-Module' {
        $counts = Invoke-Shell -NoProfile -Command "
            foreach (`$time in 1, 2) {
                Import-Module '$manifest'
                ((1, 0), (0, 1) | Invoke-FaceClustering -Threshold 0.5).Count
                Remove-Module Thesis
            }"
        $counts | Should -Be 2, 2
    }
}

Describe 'A copy of the module in PSModulePath' {
    BeforeAll {
        $script:before = $env:PSModulePath
        $env:PSModulePath = $modules + [IO.Path]::PathSeparator + $before
    }

    AfterAll {
        $env:PSModulePath = $before
    }

    It 'is loaded by the first use of a cmdlet, and needs no checkout' {
        $lines = Invoke-Shell -NoProfile -Command "
            ((1, 0), (0, 1) | Invoke-FaceClustering -Threshold 0.5).Count
            (Get-Module Thesis).ModuleBase
            (Get-Help Measure-FacePair).Synopsis"
        $lines[0] | Should -Be 2
        $lines[1] | Should -Be (Join-Path $modules Thesis)
        $lines[2] | Should -Match '^Measures the cosine distances'
    }

    It 'trains a classifier: the native libraries are found' {
        $model = Join-Path $TestDrive copy.safetensors
        $trained = Invoke-Shell -NoProfile -Command "
            (Build-Classifier shapes '$model' -Architecture small -Epochs 1 -ErrorAction Stop).Path" 2>&1
        $trained | Should -Be $model
    }
}
