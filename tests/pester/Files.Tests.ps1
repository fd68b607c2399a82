#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../Thesis.psd1') -Force
    Push-Location $TestDrive
    $script:set = New-SyntheticFace -Protocol smoke -Destination faces
    $script:scans = New-SyntheticScan -Size 64 -Count 2 -Destination scans
}

AfterAll {
    Pop-Location
}

Describe 'Files of Get-ChildItem' {
    It 'are clustered, each by itself' {
        Copy-Item faces/features.npy faces/copy.npy
        $groups = Get-ChildItem faces/*.npy | Invoke-FaceClustering -Threshold 0.6 | Group-Object Source
        $groups.Name | Should -Be (Get-ChildItem faces/*.npy).FullName
        $groups | ForEach-Object Count | Should -Be $set.Count, $set.Count
    }

    It 'may have brackets in their names' {
        Copy-Item faces/features.npy -Destination 'faces[1].npy'
        Get-Item -LiteralPath 'faces[1].npy' | Invoke-FaceClustering -Threshold 0.6 | Should -HaveCount $set.Count
    }

    It 'are projected and reconstructed' {
        $images = Get-ChildItem scans/*.npy | ConvertTo-Sinogram -Geometry reduced-64 -Destination sinograms |
            ConvertFrom-Sinogram -Destination images
        $images.Name | Should -Be $scans.Name
        $again = Get-ChildItem sinograms/*.npy | ConvertFrom-Sinogram -Destination again
        (Get-FileHash $again.ImagePath).Hash | Should -Be (Get-FileHash $images.ImagePath).Hash
    }

    It 'are measured by their paths' {
        $score = Get-ChildItem scans/scan-1-0000.npy | Measure-ImageQuality -TruthPath scans/scan-1-0000.npy
        $score.RmseHu | Should -Be 0
    }
}

Describe 'Paths' {
    It 'come from Resolve-Path, from -Name and from a column' {
        $kinds = (Resolve-Path faces/features.npy), "faces/$(Get-ChildItem faces/features.npy -Name)",
            (Get-ChildItem faces/features.npy | Select-Object FullName)
        foreach ($one in $kinds) { $one | Invoke-FaceClustering -Threshold 0.6 | Should -HaveCount $set.Count }
    }

    It 'of a folder are refused in plain words' {
        Get-Item faces | Invoke-FaceClustering -ErrorAction SilentlyContinue -ErrorVariable faults
        $faults.Exception.Message | Should -Be "'$(Join-Path $TestDrive faces)' is a folder, not a file."
    }

    It 'are relative to the location, not to the process' {
        [Environment]::CurrentDirectory | Should -Not -Be "$TestDrive"
        Invoke-FaceClustering faces/features.npy -Threshold 0.6 -DendrogramPath trees/z.npy | Should -HaveCount $set.Count
        "$TestDrive/trees/z.npy" | Should -Exist
    }

    It 'may begin with a drive of PowerShell' {
        $null = New-PSDrive Faces FileSystem $TestDrive/faces
        Invoke-FaceClustering Faces:/features.npy -Threshold 0.6 -DendrogramPath Faces:/z.npy | Should -HaveCount $set.Count
        "$TestDrive/faces/z.npy" | Should -Exist
    }

    It 'of another provider are refused' {
        Invoke-FaceClustering Env:PATH -ErrorAction SilentlyContinue -ErrorVariable faults
        $faults[0].FullyQualifiedErrorId | Should -BeLike 'PathNotFile,*'
    }
}
