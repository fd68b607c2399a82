#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../Thesis.psd1') -Force
    Import-Module (Join-Path $PSScriptRoot Suite.psm1)
}

Describe 'Build-Classifier' {
    It 'trains on generated shapes and emits a record' {
        $model = Build-Classifier shapes $TestDrive/shapes.safetensors -Architecture small -Epochs 1
        $model.TestCount | Should -Be 500
        $model.TestAccuracy | Should -BeFinite
        $model.TestAccuracy | Should -BeGreaterThan 0.2
        $model.Path | Should -Exist
        Import-Csv $model.CurvePath | Should -HaveCount 1
    }

    It 'replaces nothing without -Force' {
        Set-Content $TestDrive/mine.safetensors 'mine'
        { Build-Classifier shapes $TestDrive/mine.safetensors -Architecture small -Epochs 1 -ErrorAction Stop } |
            Should -Throw -ErrorId 'FileExists*'
        Get-Content $TestDrive/mine.safetensors | Should -Be 'mine'
    }

    It 'writes nothing with -WhatIf' {
        Build-Classifier shapes $TestDrive/none.safetensors -Architecture small -WhatIf
        "$TestDrive/none.safetensors" | Should -Not -Exist
    }

    It 'names the nearest dataset' {
        { Build-Classifier mnsit $TestDrive/x.safetensors -ErrorAction Stop } | Should -Throw "*'mnist'*"
    }
}
