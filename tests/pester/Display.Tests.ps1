#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeDiscovery {
    $view = [xml](Get-Content (Join-Path $PSScriptRoot '../../bin/Thesis.Format.ps1xml') -Raw)
    $types = $view.Configuration.ViewDefinitions.View.ViewSelectedBy.TypeName
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../../Thesis.psd1') -Force

    # The words of the line above the rule of a table.
    function Get-Heading($Record, [int] $Width) {
        $lines = ($Record | Format-Table | Out-String -Width $Width) -split '\r?\n'
        $rule = [array]::FindIndex($lines, [Predicate[string]] { $args[0] -match '^[- ]*-[- ]*$' })
        -split $lines[$rule - 1]
    }
}

Describe 'The table of <_>' -ForEach $types {
    BeforeAll {
        $script:record = [Runtime.CompilerServices.RuntimeHelpers]::GetUninitializedObject([type] $_)
        $table = (Get-FormatData -TypeName $_ -PowerShellVersion $PSVersionTable.PSVersion).FormatViewDefinition.Control
        $script:labels = $table.Headers.Label
    }

    It 'has all its columns in 120' {
        Get-Heading $record 120 | Should -Be $labels
    }

    It 'squeezes none in a terminal of 80' -ForEach 79, 80 {
        $shown = @(Get-Heading $record $_)
        $shown | Should -Be $labels[0..($shown.Count - 1)]
    }

    It 'shows as a list what the record has' {
        $list = $record | Format-List | Out-String
        foreach ($property in $record.psobject.Properties.Name) { $list | Should -Match "(?m)^$property\s+:" }
    }
}
