#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../Thesis.psd1') -Force
    Import-Module (Join-Path $PSScriptRoot Suite.psm1)
    $script:scan = New-SyntheticScan -Size 64 -Destination $TestDrive/scans
    $script:metal = $scan | New-MetalArtifact -Shape Rod -MetalSize 800 -Geometry reduced-64 -Destination $TestDrive/metal
}

Describe 'ConvertTo-Sinogram and ConvertFrom-Sinogram' {
    It 'write a sinogram with its geometry, and the image again' {
        $sinogram = $scan | ConvertTo-Sinogram -Geometry reduced-64 -Destination $TestDrive/sinograms
        $sinogram.Views | Should -Be 80
        $sinogram.GeometryPath | Should -Exist
        $image = $sinogram | ConvertFrom-Sinogram -Filter Hann -Destination $TestDrive/images
        $image.ImagePath | Should -Exist
        $image.Rows | Should -Be 64
    }
}

Describe 'New-MetalArtifact' {
    It 'writes a case' {
        foreach ($path in 'ImagePath', 'TruthPath', 'MaskPath', 'SinogramPath', 'GeometryPath', 'TracePath') {
            $metal.$path | Should -Exist
        }
        $metal.MetalPixels | Should -BeGreaterThan 4
    }
}

Describe 'Invoke-MetalArtifactReduction' {
    It 'comes nearer to the truth than doing nothing' {
        $scores = $metal | Invoke-MetalArtifactReduction -Method None, LI, NMAR -Destination $TestDrive/reduced |
            Measure-ImageQuality
        $none, $li, $nmar = $scores
        $scores.RmseHu | Should -BeFinite
        $li.RmseHu | Should -BeLessThan $none.RmseHu
        $nmar.RmseHu | Should -BeLessThan $none.RmseHu
    }

    It 'writes nothing with -WhatIf' {
        $metal | Invoke-MetalArtifactReduction -Destination $TestDrive/whatif -WhatIf | Should -BeNullOrEmpty
        "$TestDrive/whatif" | Should -Not -Exist
    }

    It 'replaces nothing without -Force, and resumes' {
        $first = $metal | Invoke-MetalArtifactReduction -Method LI -Destination $TestDrive/again
        $first.Status | Should -Be 'Reduced'
        $metal | Invoke-MetalArtifactReduction -Method LI -Destination $TestDrive/again `
            -ErrorAction SilentlyContinue -ErrorVariable faults
        $faults[0].FullyQualifiedErrorId | Should -BeLike 'FileExists*'
        ($metal | Invoke-MetalArtifactReduction -Method LI -Destination $TestDrive/again -Resume).Status | Should -Be 'Skipped'
        ($metal | Invoke-MetalArtifactReduction -Method LI -Destination $TestDrive/again -Force).Status | Should -Be 'Reduced'
    }

    It 'reports a missing file by its path and goes on' {
        $reduced = Invoke-MetalArtifactReduction "$TestDrive/none.npy", $metal.ImagePath -Method LI -Geometry reduced-64 `
            -Destination $TestDrive/more -ErrorAction SilentlyContinue -ErrorVariable faults
        $reduced | Should -HaveCount 1
        $faults[0].FullyQualifiedErrorId | Should -BeLike 'PathNotFound*'
    }

    It 'refuses a geometry that does not exist' {
        { $metal | Invoke-MetalArtifactReduction -Geometry nowhere -Destination $TestDrive/x } |
            Should -Throw -ErrorId 'GeometryUnknown*'
    }
}

Describe 'Export-ReductionReport' {
    It 'writes a row for every slice, and a page' {
        $report = $metal | Invoke-MetalArtifactReduction -Method LI -Destination $TestDrive/reported |
            Export-ReductionReport -Destination $TestDrive/report
        $report.PagePath | Should -Exist
        $row = Import-Csv $report.CsvPath
        $row.name | Should -Be $metal.Name
        [double]$row.rmse_after_hu | Should -BeLessThan ([double]$row.rmse_before_hu)
    }
}

Describe 'Export-ReductionFigure' {
    It 'draws one picture a slice' {
        $figure = $metal | Invoke-MetalArtifactReduction -Method LI -Destination $TestDrive/drawn |
            Export-ReductionFigure -Destination $TestDrive/figures
        $figure.Path | Should -Exist
        $figure.Panels | Should -Be 'input, LI, truth, LI - input'
    }
}
