#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../Thesis.psd1') -Force
    $script:set = New-SyntheticFace -Protocol smoke -Destination $TestDrive/faces
    $script:files = "$TestDrive/none.npy", $set.FeaturePath, "$TestDrive/nowhere.npy"
}

Describe 'A fault in the middle of a pipeline' {
    It 'is an error of its own stage, and what follows gets the rest' {
        $score = $files | Invoke-FaceClustering -Threshold 0.6 -IdentityPath $set.IdentityPath -ErrorAction SilentlyContinue `
            -ErrorVariable clustering | Measure-FaceClustering -ErrorVariable measuring
        $score.Count | Should -Be $set.Count
        $clustering.TargetObject | Should -Be $files[0], $files[2]
        $clustering.CategoryInfo.Category | Should -Be 'ObjectNotFound', 'ObjectNotFound'
        $measuring | Should -BeNullOrEmpty
    }

    It 'ends all of it with -ErrorAction Stop, and can be caught' {
        $caught = try { $files | Invoke-FaceClustering -Threshold 0.6 -ErrorAction Stop | Measure-FaceClustering } catch { $_ }
        $caught | Should -BeOfType ([Management.Automation.ErrorRecord])
        $caught.FullyQualifiedErrorId | Should -BeLike 'PathNotFound,*'
        $caught.Exception.Message | Should -Be "There is no file '$($files[0])'."
    }

    It 'adds to a variable with +' {
        $null = Invoke-FaceClustering $files[0] -ErrorAction SilentlyContinue -ErrorVariable faults
        $null = Measure-FacePair $files[2] -ErrorAction SilentlyContinue -ErrorVariable +faults
        $faults.TargetObject | Should -Be $files[0], $files[2]
    }

    It 'is shown with its message, whatever the view' -ForEach 'ConciseView', 'NormalView', 'DetailedView' {
        $ErrorView = $_
        $null = Invoke-FaceClustering $files[0] -ErrorAction SilentlyContinue -ErrorVariable faults
        $faults | Out-String -Width 500 | Should -Match ([regex]::Escape("There is no file '$($files[0])'."))
    }

    It 'sets $? and leaves the exit code to the script' {
        $null = Invoke-FaceClustering $files[0] -ErrorAction SilentlyContinue
        $? | Should -BeFalse
        $null = Invoke-FaceClustering $files[1] -Threshold 0.6
        $? | Should -BeTrue
    }
}

Describe 'The streams' {
    It 'go to files by their numbers' {
        $records = Invoke-FaceClustering $files -Threshold 0.6 -Verbose 2> $TestDrive/errors.txt 4> $TestDrive/verbose.txt
        $records | Should -HaveCount $set.Count
        Get-Content $TestDrive/errors.txt -Raw | Should -Match 'There is no file'
        (Get-Content $TestDrive/verbose.txt)[0] | Should -Be 'AHC: average linkage on cosine similarity.'
    }

    It 'keep warnings apart, in -WarningVariable' {
        $null = $set | Invoke-FaceClustering -Method PAHC -NegativeOffset 6 -NegativeCount 10 -Threshold 0.9 `
            -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -HaveCount 1
    }

    It 'write a table by >' {
        $set | Invoke-FaceClustering -Threshold 0.6 -Summary > $TestDrive/clusters.txt
        $lines = Get-Content $TestDrive/clusters.txt | Where-Object { $_ }
        -split $lines[0] | Should -Be 'Cluster', 'Size', 'Cohesion', 'Nearest', 'Similarity', 'Purity', 'Identity', 'MedoidId'
        $lines.Count | Should -Be (2 + @($set | Invoke-FaceClustering -Threshold 0.6 -Summary).Count)
    }
}
