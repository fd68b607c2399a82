#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../Thesis.psd1') -Force
    $script:model = (Build-Classifier shapes -Architecture small -Epochs 1 -Destination $TestDrive/shapes.safetensors).Path
}

Describe 'Test-AdversarialRobustness' {
    It 'emits a record for each attack and epsilon, and the worst case' {
        $rows = Test-AdversarialRobustness $model shapes -Attack FGSM, PGD -Epsilon 8, '25/255' -Steps 5 -First 30
        $rows.Attack | Should -Be ('Clean', 'FGSM', 'FGSM', 'PGD', 'PGD', 'Worst case', 'Worst case')
        $rows[1..6].Epsilon | Should -Be (8, 25, 8, 25, 8, 25)
        $rows.Count | Should -Be 7
    }

    It 'tells models apart in its table' {
        Copy-Item $model $TestDrive/other.safetensors
        $models = Get-Item $model, $TestDrive/other.safetensors
        $table = $models | Test-AdversarialRobustness -Dataset shapes -First 5 -Attack FGSM | Out-String
        [regex]::Matches($table, '(?m)^   ModelPath: (.*?)\s*$') | ForEach-Object { $_.Groups[1].Value } |
            Should -Be $models.FullName
    }

    It 'takes a path from the pipeline and expands wildcards' {
        $model | Test-AdversarialRobustness -Dataset shapes -First 5 -Attack RAND | Should -HaveCount 2
        (Test-AdversarialRobustness "$TestDrive/*.safetensors" shapes -First 5 -Attack RAND).ModelPath |
            Sort-Object -Unique | Should -Be (Get-Item $TestDrive/*.safetensors).FullName
        { Test-AdversarialRobustness -LiteralPath "$TestDrive/*.safetensors" shapes -ErrorAction Stop } |
            Should -Throw -ErrorId 'PathNotFound*'
    }

    It 'attacks nothing with -WhatIf' {
        Test-AdversarialRobustness $model shapes -First 5 -PlotPath $TestDrive/none.png -WhatIf | Should -BeNullOrEmpty
        "$TestDrive/none.png" | Should -Not -Exist
    }

    It 'keeps all columns in a file, budgets in both units' {
        Test-AdversarialRobustness $model shapes -Attack FGSM -Epsilon '8/255' -First 5 | Export-Csv $TestDrive/rows.csv
        $row = (Import-Csv $TestDrive/rows.csv)[1]
        $row.Epsilon, $row.EpsilonFraction.Substring(0, 6) | Should -Be '8', '0.0313'
    }

    It 'refuses a number that may be of either unit' {
        { Test-AdversarialRobustness $model shapes -Epsilon (8 / 255) } | Should -Throw -ErrorId 'EpsilonUnitRequired*'
    }

    It 'is a gate' {
        Test-AdversarialRobustness $model shapes -Attack FGSM -First 30 -Quiet -MinimumAccuracy 0 | Should -BeTrue
        Test-AdversarialRobustness $model shapes -Attack FGSM -First 30 -Quiet -MinimumAccuracy 1 | Should -BeFalse
    }

    It 'refuses epsilon 300' {
        { Test-AdversarialRobustness $model shapes -Epsilon 300 } | Should -Throw -ErrorId 'EpsilonOutOfRange*'
    }
}

Describe 'Test-GradientMasking' {
    It 'emits a record for each check, and nothing else' {
        $checks = Test-GradientMasking $model shapes -First 20 -Steps 5 -Queries 20
        $checks | Should -HaveCount 15
        $checks.Outcome | Sort-Object -Unique | ForEach-Object { $_ | Should -BeIn 'Passed', 'Failed', 'NotApplicable' }
    }
}

Describe 'New-AdversarialExample' {
    It 'writes images, a manifest and a picture' {
        $made = New-AdversarialExample $model shapes -Attack FGSM -Epsilon 25 -First 20 -Destination $TestDrive/examples
        $made.Path, $made.ManifestPath, $made.GridPath | Should -Exist
        $lines = Import-Csv $made.ManifestPath
        $lines | Should -HaveCount 20
        ($lines | Where-Object goal_reached -EQ 'true').Count | Should -Be $made.Reached
    }

    It 'writes nothing with -WhatIf' {
        New-AdversarialExample $model shapes -First 5 -Destination $TestDrive/none -WhatIf
        "$TestDrive/none" | Should -Not -Exist
    }
}
