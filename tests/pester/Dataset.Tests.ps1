#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeAll {
    $script:manifest = (Resolve-Path (Join-Path $PSScriptRoot '../../Thesis.psd1')).Path
    Import-Module $manifest -Force
    Import-Module (Join-Path $PSScriptRoot '../../benchmarks/Shell.psm1')
}

Describe 'Save-ThesisDataset' {
    It 'says of each file what it would fetch and how large it is, and fetches nothing' {
        $said = Invoke-Shell -NoProfile -Command "Import-Module '$manifest'
            Save-ThesisDataset mnist -Destination '$TestDrive/data' -WhatIf" | Out-String -Width 500
        $said | Should -Match 't10k-labels-idx1-ubyte\.gz, 4\.5 kB'
        $said | Should -Match 't10k-images-idx3-ubyte\.gz, 1\.6 MB'
        $said | Should -Not -Match ' 0\.0 '
        "$TestDrive/data" | Should -Not -Exist
    }

    It 'says of a file that is another one how to have it anew' {
        $null = New-Item $TestDrive/wrong/mnist -ItemType Directory
        Set-Content $TestDrive/wrong/mnist/t10k-labels-idx1-ubyte 'mine'
        Save-ThesisDataset mnist -Destination $TestDrive/wrong -Source $TestDrive -ErrorAction SilentlyContinue -ErrorVariable faults
        $wrong = @($faults | Where-Object FullyQualifiedErrorId -Like 'DatasetHashMismatch,*')
        $wrong | Should -HaveCount 1
        $wrong[0].Exception.Message | Should -BeLike '*Give -Force to fetch it anew.'
    }
}
