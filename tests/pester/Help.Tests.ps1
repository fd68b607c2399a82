#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeDiscovery {
    $manifest = Join-Path $PSScriptRoot '../../Thesis.psd1'
    $commands = (Import-PowerShellDataFile $manifest).CmdletsToExport
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../Thesis.psd1') -Force
}

Describe 'Get-Help <_>' -ForEach $commands {
    It 'shows every section and every parameter with -Full' {
        $page = Get-Help $_ -Full | Out-String -Width 200
        foreach ($section in 'SYNOPSIS', 'SYNTAX', 'DESCRIPTION', 'PARAMETERS', 'INPUTS', 'OUTPUTS', 'RELATED LINKS') {
            $page | Should -MatchExactly "(?m)^$section\s*$"
        }

        $common = [Management.Automation.Cmdlet]::CommonParameters
        foreach ($parameter in (Get-Command $_).Parameters.Keys | Where-Object { $_ -notin $common }) {
            $page | Should -MatchExactly "(?m)^    -$parameter( <|\s*$)"
        }
    }

    It 'shows each example with its command' {
        $page = Get-Help $_ -Examples | Out-String -Width 200
        $page | Should -Match '- Example 1: '
        $page | Should -Match ([regex]::Escape($_))
    }
}

Describe 'The help of a parameter' {
    It 'says its default, <Value>' -ForEach @(
        @{ Command = 'Invoke-FaceClustering'; Parameter = 'Nu'; Value = '0.5' }
        @{ Command = 'Invoke-FaceClustering'; Parameter = 'Method'; Value = 'AHC' }
        @{ Command = 'Test-GradientMasking'; Parameter = 'Norm'; Value = 'Linf' }
    ) {
        $page = Get-Help $Command -Parameter $Parameter | Out-String -Width 200
        $page | Should -Match "Default value\s+$([regex]::Escape($Value))\s"
    }

    It 'lists the values that it takes' {
        Get-Help Invoke-FaceClustering -Parameter Method | Out-String -Width 200 | Should -Match 'AHC, PAHC, DDC, DDC-NEG, ARO'
    }
}

Describe 'Get-Help about_Thesis' {
    It 'tells of the cmdlets and of the variables' {
        $page = Get-Help about_Thesis | Out-String
        foreach ($word in 'Invoke-FaceClustering', 'THESIS_LIBTORCH', 'THESIS_DATA') { $page | Should -Match $word }
    }
}

Describe 'Get-Help <_>' -ForEach 'about_Thesis_Benchmarks', 'about_Thesis_Models' {
    It 'is found, and names only cmdlets that there are' {
        $page = Get-Help $_ | Out-String
        $names = [regex]::Matches($page, '\b[A-Z][a-z]+-[A-Z][A-Za-z]+\b').Value | Where-Object { $_ -notin 'Get-Help', 'Invoke-Benchmark', 'Invoke-All' } | Select-Object -Unique
        $names | Should -Not -BeNullOrEmpty
        foreach ($name in $names) { Get-Command -Module Thesis -Name $name -ErrorAction Ignore | Should -Not -BeNullOrEmpty -Because $name }
    }
}

Describe 'The links of <_>' -ForEach $commands {
    It 'lead to cmdlets of the module' {
        $links = (Get-Help $_).relatedLinks.navigationLink.linkText
        $links | Should -Not -BeNullOrEmpty
        foreach ($link in $links) { (Get-Command $link).Source | Should -Be 'Thesis' }
    }
}

Describe 'Get-Help with a word' {
    It 'finds the cmdlets' {
        (Get-Help 'sinogram').Name | Sort-Object | Should -Be 'ConvertFrom-Sinogram', 'ConvertTo-Sinogram'
    }
}
