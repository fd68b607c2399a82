#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../Thesis.psd1') -Force

    # Three people, three faces each, in the plane, and a stranger.
    $script:faces = foreach ($angle in 0, 2, 4, 90, 92, 94, 180, 182, 184, 270) {
        $radians = $angle * [Math]::PI / 180
        [pscustomobject]@{
            Id       = "face$angle"
            Identity = "person$([Math]::Floor($angle / 45))"
            Feature  = [double[]]([Math]::Cos($radians), [Math]::Sin($radians))
        }
    }
}

Describe 'Invoke-FaceClustering' {
    It 'clusters objects of the pipeline' {
        $clustered = $faces | Invoke-FaceClustering -Threshold 0.5
        $clustered | Should -HaveCount 10
        $clustered.Cluster | Should -Be (0, 0, 0, 1, 1, 1, 2, 2, 2, 3)
    }

    It 'flags the stranger' {
        ($faces | Invoke-FaceClustering -Threshold 0.5 | Where-Object Outlier).Id | Should -Be 'face270'
    }

    It 'reads what New-SyntheticFace writes' {
        $set = New-SyntheticFace -Protocol smoke -Destination $TestDrive/faces
        $summary = $set | Invoke-FaceClustering -Method AHC -Oracle -Summary
        ($summary | Measure-Object Size -Sum).Sum | Should -Be $set.Count
    }

    It 'writes no dendrogram with -WhatIf' {
        $faces | Invoke-FaceClustering -Threshold 0.5 -DendrogramPath $TestDrive/z.npy -WhatIf | Out-Null
        "$TestDrive/z.npy" | Should -Not -Exist
    }

    It 'reports a missing file by its path and goes on' {
        $set = New-SyntheticFace -Protocol smoke -Destination $TestDrive/more
        $clustered = Invoke-FaceClustering "$TestDrive/none.npy", $set.FeaturePath -Threshold 0.5 `
            -ErrorAction SilentlyContinue -ErrorVariable faults
        $clustered | Should -HaveCount $set.Count
        $faults | Should -HaveCount 1
        $faults[0].FullyQualifiedErrorId | Should -BeLike 'PathNotFound*'
    }

    It 'refuses two operating points' {
        { $faces | Invoke-FaceClustering -Threshold 0.5 -ClusterCount 3 } | Should -Throw -ErrorId 'OperatingPointAmbiguous*'
    }
}

Describe 'Measure-FaceClustering' {
    It 'scores a perfect clustering as 1' {
        $score = $faces | Invoke-FaceClustering -Threshold 0.5 | Measure-FaceClustering
        $score.BCubedF | Should -Be 1
        $score.Nmi | Should -Be 1
    }

    It 'finds the best of all cuts in a dendrogram' {
        $set = New-SyntheticFace -Protocol smoke -Destination $TestDrive/oracle
        $set | Invoke-FaceClustering -DendrogramPath $TestDrive/oracle/z.npy | Out-Null
        $oracle = Measure-FaceClustering -DendrogramPath $TestDrive/oracle/z.npy -IdentityPath $set.IdentityPath
        $at = $set | Invoke-FaceClustering -Threshold $oracle[0].Threshold | Measure-FaceClustering
        $at.BCubedF | Should -BeGreaterOrEqual ($oracle[0].BCubedF - 1e-9)
    }
}
