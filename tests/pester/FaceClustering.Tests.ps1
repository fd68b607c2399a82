#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../Thesis.psd1') -Force
    Import-Module (Join-Path $PSScriptRoot Suite.psm1)

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

    It 'finds everybody by <_>' -ForEach 'AHC', 'PAHC', 'DDC', 'DDC-NEG', 'ARO' {
        $score = $faces | Invoke-FaceClustering -Method $_ -Oracle -NeighbourCount 2 -NegativeOffset 4 -RankCount 5 `
            -Epsilon 0.1 -Eta 0.3 | Measure-FaceClustering
        $score.BCubedF | Should -Be 1
        $score.Clusters | Should -Be 4
    }

    It 'reads a table of Import-Csv once a feature is made of its columns' {
        'name,x,y', 'a,1,0', 'b,1,0.1', 'c,0,1' | Set-Content $TestDrive/table.csv
        $clustered = Import-Csv $TestDrive/table.csv |
            Select-Object Name, @{ Name = 'Feature'; Expression = { [double[]]($_.x, $_.y) } } |
            Invoke-FaceClustering -Threshold 0.5
        $clustered.Id | Should -Be ('a', 'b', 'c')
        $clustered.Cluster | Should -Be (0, 0, 1)
    }

    It 'gives records that Export-Csv takes' {
        $faces | Invoke-FaceClustering -Threshold 0.5 | Export-Csv $TestDrive/clusters.csv
        $read = Import-Csv $TestDrive/clusters.csv
        $read | Should -HaveCount 10
        $read[9].Outlier | Should -Be 'True'
    }

    It 'repeats with a seed' {
        $set = New-SyntheticFace -Protocol smoke -Destination $TestDrive/seed
        $first, $second, $other = foreach ($seed in 3, 3, 4) {
            ($set | Invoke-FaceClustering -Method KMeans -ClusterCount 60 -Seed $seed).Cluster -join ' '
        }
        $second | Should -Be $first
        $other | Should -Not -Be $first
    }

    It 'refuses two operating points' {
        { $faces | Invoke-FaceClustering -Threshold 0.5 -ClusterCount 3 } | Should -Throw -ErrorId 'OperatingPointAmbiguous*'
    }
}

Describe 'Measure-FaceClustering' {
    It 'scores a perfect clustering as 1' {
        $score = $faces | Invoke-FaceClustering -Threshold 0.5 | Measure-FaceClustering
        $score.BCubedF | Should -Be 1
        $score.Nmi | Should -BeFinite
        $score.Nmi | Should -BeGreaterThan 0.999999
        $score.Nmi | Should -BeLessOrEqual 1
    }

    It 'finds the best of all cuts in a dendrogram' {
        $set = New-SyntheticFace -Protocol smoke -Destination $TestDrive/oracle
        $set | Invoke-FaceClustering -DendrogramPath $TestDrive/oracle/z.npy | Out-Null
        $oracle = Measure-FaceClustering -DendrogramPath $TestDrive/oracle/z.npy -IdentityPath $set.IdentityPath
        $at = $set | Invoke-FaceClustering -Threshold $oracle[0].Threshold | Measure-FaceClustering
        $at.BCubedF | Should -BeFinite
        $at.BCubedF | Should -BeGreaterOrEqual ($oracle[0].BCubedF - 1e-9)
    }
}

Describe 'Measure-FaceClustering with a tree' {
    BeforeAll {
        $script:set = New-SyntheticFace -Protocol smoke -Destination $TestDrive/tree
        $set | Invoke-FaceClustering -DendrogramPath $TestDrive/tree/z.npy | Out-Null
        $script:tree = @{ DendrogramPath = "$TestDrive/tree/z.npy"; IdentityPath = $set.IdentityPath }
    }

    It 'gives the best precision at each recall' {
        $scores = Measure-FaceClustering @tree -Recall 0.8, 0.9
        $scores.OperatingPoint | Should -Be ('oracle', 'recall 0.80', 'recall 0.90')
        $scores.BCubedRecall | Should -BeFinite
        $scores[1].BCubedRecall | Should -BeGreaterOrEqual 0.8
        $scores[2].BCubedRecall | Should -BeGreaterOrEqual 0.9
    }

    It 'writes the curve of all cuts, and replaces it only by force' {
        Measure-FaceClustering @tree -CurvePath $TestDrive/curve.csv | Out-Null
        $curve = Import-Csv $TestDrive/curve.csv
        ($curve | Measure-Object f -Maximum).Maximum | Should -BeGreaterThan 0.5
        { Measure-FaceClustering @tree -CurvePath $TestDrive/curve.csv -ErrorAction Stop } |
            Should -Throw -ErrorId 'FileExists*'
        Measure-FaceClustering @tree -CurvePath $TestDrive/curve.csv -Force | Should -HaveCount 1
    }

    It 'reports identities of another number' {
        'a', 'b' | Set-Content $TestDrive/short.txt
        Measure-FaceClustering -DendrogramPath $tree.DendrogramPath -IdentityPath $TestDrive/short.txt `
            -ErrorAction SilentlyContinue -ErrorVariable faults | Should -BeNullOrEmpty
        $faults[0].FullyQualifiedErrorId | Should -BeLike 'IdentityCountMismatch*'
    }
}

Describe 'Measure-FacePair' {
    BeforeAll {
        $script:set = New-SyntheticFace -Protocol smoke -Destination $TestDrive/pairs
    }

    It 'finds an epsilon below eta, and eta below the mean of mismatched pairs' {
        $pairs = $set | Measure-FacePair
        $pairs.Epsilon, $pairs.Eta, $pairs.MismatchedMean | Should -BeFinite
        $pairs.Epsilon | Should -BeLessThan $pairs.Eta
        $pairs.Eta | Should -BeLessThan $pairs.MismatchedMean
    }

    It 'measures objects of the pipeline' {
        # Three people with three pairs each; the stranger has none.
        $pairs = $faces | Measure-FacePair
        $pairs.Subjects | Should -Be 3
        $pairs.MatchedPairs | Should -Be 9
        $pairs.MismatchedPairs | Should -Be 27
    }

    It 'draws <_>' -ForEach 'png', 'svg' {
        $set | Measure-FacePair -PlotPath $TestDrive/pairs/plot.$_ | Out-Null
        (Get-Item $TestDrive/pairs/plot.$_).Length | Should -BeGreaterThan 1000
    }

    It 'draws nothing with -WhatIf' {
        $set | Measure-FacePair -PlotPath $TestDrive/pairs/if.png -WhatIf | Should -HaveCount 1
        "$TestDrive/pairs/if.png" | Should -Not -Exist
    }

    It 'refuses another extension' {
        { $set | Measure-FacePair -PlotPath $TestDrive/pairs/plot.pdf } | Should -Throw -ErrorId 'PlotFormatUnknown*'
    }

    It 'asks for identities' {
        Measure-FacePair $set.FeaturePath -ErrorAction SilentlyContinue -ErrorVariable faults | Should -BeNullOrEmpty
        $faults[0].FullyQualifiedErrorId | Should -BeLike 'IdentityMissing*'
    }
}
