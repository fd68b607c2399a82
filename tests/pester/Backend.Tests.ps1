#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeAll {
    $script:root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path
    Import-Module (Join-Path $root benchmarks Shell.psm1)

    # NuGet's cache, where a build has put the packages, serves as a folder of packages.
    $script:packages = $env:NUGET_PACKAGES ? $env:NUGET_PACKAGES : (Join-Path $HOME .nuget packages)

    # The module as a gallery has it, saved from a repository that is a folder.
    $package = Join-Path $TestDrive package Thesis
    $null = New-Item $package, "$TestDrive/repository", "$TestDrive/modules", "$TestDrive/home" -ItemType Directory
    Copy-Item "$root/Thesis.psd1", "$root/bin", "$root/en-US" $package -Recurse
    $name = "Thesis-$([guid]::NewGuid())"
    Register-PSResourceRepository $name "$TestDrive/repository" -Trusted
    try {
        Publish-PSResource -Path $package -Repository $name -SkipDependenciesCheck
        Save-PSResource Thesis -Repository $name -Path $TestDrive/modules
    }
    finally {
        Unregister-PSResourceRepository $name
    }

    # A machine of its own: no sources, no packages, another home.
    function Invoke-Fresh([string] $Command) {
        $kept = @{}
        $fresh = @{
            NUGET_PACKAGES = "$TestDrive/none"; HOME = "$TestDrive/home"; XDG_DATA_HOME = "$TestDrive/home/data"
            XDG_CACHE_HOME = "$TestDrive/home/cache"; LOCALAPPDATA = "$TestDrive/home/data"; THESIS_LIBTORCH = $null
            PSModulePath = "$TestDrive/modules"
        }
        foreach ($variable in $fresh.Keys) {
            $kept[$variable] = [Environment]::GetEnvironmentVariable($variable)
            [Environment]::SetEnvironmentVariable($variable, $fresh[$variable])
        }
        try { Invoke-Shell -NoProfile -NonInteractive -Command $Command }
        finally { foreach ($variable in $kept.Keys) { [Environment]::SetEnvironmentVariable($variable, $kept[$variable]) } }
    }
}

Describe 'The module from a gallery, on a machine without sources and packages' {
    It 'clusters' {
        Invoke-Fresh '((1, 0), (0, 1) | Invoke-FaceClustering -Threshold 0.5).Count' | Should -Be 2
    }

    It 'has a page about itself' {
        Invoke-Fresh 'Get-Help about_Thesis' | Out-String | Should -Match 'Install-ThesisBackend'
    }

    It 'names the command that brings what a training needs' {
        $said = Invoke-Fresh "Build-Classifier shapes '$TestDrive/none.safetensors' -Architecture small -Epochs 1 -ErrorVariable e -ErrorAction SilentlyContinue
            `$e[0].FullyQualifiedErrorId; `$e[0].Exception.Message"
        $said[0] | Should -BeLike 'TorchBackendNotFound,*'
        $said[1] | Should -Match 'Install-ThesisBackend'
    }

    It 'says how much it would fetch with -WhatIf, and fetches nothing' {
        $said = Invoke-Fresh "Install-ThesisBackend -Source '$packages' -WhatIf" | Out-String
        $said | Should -Match 'libtorch-cpu.*: \d+ MB, \d+ MB when unpacked'
        $said | Should -Match 'Microsoft\.ML\.OnnxRuntime'
        "$TestDrive/home/data/thesis" | Should -Not -Exist
    }

    It 'trains once the backend is installed, from a folder of packages' {
        $said = Invoke-Fresh "(Install-ThesisBackend LibTorch -Source '$packages').Status
            (Install-ThesisBackend LibTorch -Source '$packages').Status
            (Build-Classifier shapes '$TestDrive/trained.safetensors' -Architecture small -Epochs 1 -ErrorAction Stop).Path"
        $said | Should -Be 'Installed', 'Present', "$TestDrive/trained.safetensors"
        "$TestDrive/home/data/thesis/native" | Should -Exist
    }
}

Describe 'Another version' {
    It 'needs a new session, and says so' {
        $newer = Join-Path $TestDrive newer Thesis
        $null = New-Item $newer -ItemType Directory
        Copy-Item "$TestDrive/modules/Thesis/*/*" $newer -Recurse
        (Get-Content $newer/Thesis.psd1 -Raw) -replace "ModuleVersion        = '[^']*'", "ModuleVersion        = '99.0.0'" |
            Set-Content $newer/Thesis.psd1
        $said = Invoke-Fresh "Import-Module Thesis
            try { Import-Module '$newer/Thesis.psd1' -ErrorAction Stop } catch { `$_.Exception.Message }
            (Get-Module Thesis).Version.ToString()"
        $said[0] | Should -Match 'needs a new session'
        $said[1] | Should -Be (Import-PowerShellDataFile $root/Thesis.psd1).ModuleVersion
    }
}
