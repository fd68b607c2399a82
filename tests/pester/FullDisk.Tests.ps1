#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeDiscovery {
    # Only root of Linux can mount a small disk.
    $script:root = $IsLinux -and [Environment]::IsPrivilegedProcess
}

Describe 'A full disk' -Skip:(-not $root) {
    BeforeAll {
        Import-Module (Join-Path $PSScriptRoot '../../Thesis.psd1') -Force
        $script:disk = Join-Path $TestDrive disk
        $null = New-Item $disk -ItemType Directory
        mount -t tmpfs -o size=64k tmpfs $disk
    }

    AfterAll {
        umount -l $disk
    }

    It 'is one error of one id, whatever is written' -ForEach @(
        @{ Script = { New-SyntheticFace -Protocol smoke -Destination $disk/faces } }
        @{ Script = { New-SyntheticScan -Size 256 -Destination $disk/scans } }
        @{ Script = { Build-Classifier shapes -Architecture small -Epochs 1 -Destination $disk/model.safetensors } }
        @{ Script = { [pscustomobject]@{ Count = 3; Dataset = 'mine' } | Export-Figure -Figure figure-2.5 -Destination $disk/figures } }
    ) {
        $ballast = Join-Path $disk ballast
        [IO.File]::WriteAllBytes($ballast, [byte[]]::new(48KB))
        $faults = @(& $Script 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] })
        $faults | Should -HaveCount 1
        $faults[0].FullyQualifiedErrorId | Should -BeLike 'DiskSpaceInsufficient,*'
        $faults[0].CategoryInfo.Category | Should -Be 'ResourceUnavailable'
        (Get-ChildItem $disk -Recurse -Force -File).Name | Should -Not -BeLike '*.tmp'
        Get-ChildItem $disk -Force | Remove-Item -Recurse -Force
    }
}
