#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeDiscovery {
    $kinds = 'set', 'face', 'cluster', 'score', 'pairs', 'scan', 'sinogram', 'image', 'metal', 'reduced', 'quality', 'aapm', 'comparison', 'figure'
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../Thesis.psd1') -Force
    Import-Module (Join-Path $PSScriptRoot Suite.psm1)
    Push-Location $TestDrive
    $script:of = @{}
    $of.set = New-SyntheticFace -Protocol smoke -Destination faces
    $of.face = $of.set | Invoke-FaceClustering -Threshold 0.6
    $of.cluster = $of.set | Invoke-FaceClustering -Threshold 0.6 -Summary
    $of.score = $of.face | Measure-FaceClustering
    $of.pairs = $of.set | Measure-FacePair
    $of.scan = New-SyntheticScan -Size 64 -Count 2 -Destination scans
    $of.sinogram = $of.scan | ConvertTo-Sinogram -Geometry reduced-64 -Destination sinograms
    $of.image = $of.sinogram | ConvertFrom-Sinogram -Destination images
    $of.metal = $of.scan | New-MetalArtifact -Geometry reduced-64 -Destination metal
    $of.reduced = $of.metal | Invoke-MetalArtifactReduction -Method LI, NMAR -Destination reduced
    $of.quality = $of.reduced | Measure-ImageQuality
    $of.aapm = $of.reduced | Measure-ImageQuality -Aapm
    $of.comparison = $of.quality | Compare-ImageQuality -Baseline LI
    $of.figure = $of.reduced | Export-ReductionFigure -Destination figures
}

AfterAll {
    Pop-Location
}

Describe 'A record, <_>,' -ForEach $kinds {
    BeforeAll {
        $script:records = @($of.$_)
        $script:names = $records[0].psobject.Properties.Name
    }

    It 'comes back from Export-Csv' {
        $records | Export-Csv "$_.csv"
        $read = @(Import-Csv "$_.csv")
        $read | Should -HaveCount $records.Count
        foreach ($name in $names) {
            $value = $records[-1].$name
            $read[-1].$name | Should -BeExactly ($value -is [IFormattable] ? $value.ToString($null, [cultureinfo]::CurrentCulture) : "$value")
        }
    }

    It 'comes back from ConvertTo-Json' {
        $json = $records | ConvertTo-Json -Depth 1 -WarningVariable warnings -WarningAction SilentlyContinue
        $read = @($json | ConvertFrom-Json)
        foreach ($name in $names) { $read[-1].$name | Should -Be $records[-1].$name }
        $warnings | Should -BeNullOrEmpty
    }
}

Describe 'Records in the pipeline of another day' {
    It 'go on from a CSV file' {
        $of.metal | Export-Csv cases.csv
        $scores = Import-Csv cases.csv | Invoke-MetalArtifactReduction -Method LI, NMAR -Destination csv | Measure-ImageQuality
        $scores.RmseHu | Should -Be $of.quality.RmseHu
        $scores.Group | Should -Be $of.quality.Group
    }

    It 'go on from CLIXML' {
        $of.set | Export-Clixml set.xml
        (Import-Clixml set.xml | Invoke-FaceClustering -Threshold 0.6 | Measure-FaceClustering).BCubedF |
            Should -Be $of.score.BCubedF
        $of.reduced | Export-Clixml reduced.xml
        (Import-Clixml reduced.xml | Export-ReductionFigure -Destination again).Panels | Should -Be $of.figure.Panels
    }

    It 'go on from JSON, a column missing' {
        $read = $of.face | Select-Object * -ExcludeProperty Margin | ConvertTo-Json | ConvertFrom-Json
        ($read | Measure-FaceClustering).BCubedF | Should -Be $of.score.BCubedF
    }
}

Describe 'The cmdlets among PowerShell''s own' {
    It 'group faces as -Summary does' {
        $groups = $of.face | Group-Object Cluster | Sort-Object Count -Descending
        $groups | ForEach-Object Count | Should -Be ($of.cluster | Sort-Object Size -Descending).Size
    }

    It 'sort by a number, not by its text' {
        $sorted = $of.face | Sort-Object Margin -Descending | Select-Object -First 5
        $largest = ($of.face.Margin | Measure-Object -Maximum).Maximum
        $sorted[0].Margin | Should -Be $largest
        $sorted[4].Margin | Should -BeFinite
        $sorted[4].Margin | Should -BeGreaterThan 0
    }

    It 'stop when Select-Object -First has enough' {
        # Slices are computed some at a time: what was begun is whole, and the rest is not.
        $first = New-SyntheticScan -Size 64 -Count 24 -Destination many | New-MetalArtifact -Geometry reduced-64 -Destination cases |
            Invoke-MetalArtifactReduction -Method LI -Destination stopped | Select-Object -First 1
        $first.Method | Should -Be 'LI'
        $records = @(Get-ChildItem stopped/*.li.json)
        $records.Count | Should -BeIn (1..23)
        @(Get-ChildItem stopped/*.li.npy) | Should -HaveCount $records.Count
    }

    It 'pass on by -PipelineVariable and keep by -OutVariable' {
        $lines = $of.scan | ConvertTo-Sinogram -Geometry reduced-64 -Destination piped -OutVariable kept -PipelineVariable one |
            ConvertFrom-Sinogram -Destination piped | ForEach-Object { "$($one.Views) $($_.Rows)" }
        $lines | Should -Be '80 64', '80 64'
        $kept | Should -HaveCount 2
    }

    It 'take a hashtable by splatting' {
        $arguments = @{ Method = 'KMeans'; ClusterCount = 60; Seed = 3; Summary = $true }
        $of.set | Invoke-FaceClustering @arguments | Should -HaveCount 60
    }
}
