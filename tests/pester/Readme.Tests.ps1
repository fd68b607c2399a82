#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeDiscovery {
    # The statements of README's pipelines. Those that train or attack are done, smaller, by suites of their own.
    $text = Get-Content (Join-Path $PSScriptRoot '../../README.md') -Raw
    $code = [regex]::Matches($text, '(?s)```powershell\r?\n(.*?)```') | ForEach-Object { $_.Groups[1].Value }
    $tree = [Management.Automation.Language.Parser]::ParseInput($code -join "`n", [ref] $null, [ref] $null)
    $statements = $tree.EndBlock.Statements.Extent.Text |
        Where-Object { $_ -notmatch '^(\./build\.ps1|Import-Module|Build-Classifier|Test-AdversarialRobustness|Test-GradientMasking)' }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../Thesis.psd1') -Force
    Push-Location $TestDrive
    $set = New-SyntheticFace -Protocol smoke -Destination faces
    Copy-Item $set.FeaturePath features.npy
    Copy-Item $set.IdentityPath labels.txt
    $faces = Join-Path $PSScriptRoot '../data/faces'
    $null = New-Item photographs -ItemType Directory
    Copy-Item $faces/cells.png photographs
    Copy-Item $faces/detector.onnx yunet.onnx
    Copy-Item $faces/embedder.onnx model.onnx
}

AfterAll {
    Pop-Location
}

Describe 'README' {
    It 'has a line that runs: <_>' -ForEach $statements {
        $before = @(Get-ChildItem -Recurse).Count
        $output = & ([scriptblock]::Create("$_")) -ErrorVariable faults
        $faults | Should -BeNullOrEmpty
        # Each prints something, or writes something, or both.
        @($output).Count + @(Get-ChildItem -Recurse).Count - $before | Should -BeGreaterThan 0
    }
}
