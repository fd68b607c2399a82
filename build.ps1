<#
.SYNOPSIS
Builds, tests, packages or cleans Thesis: a thin face over dotnet and Pester.

.DESCRIPTION
Build compiles the module into bin/, where Thesis.psd1 finds it. Test runs the xunit tests and, where Pester 5 is
installed, the suites of tests/pester. Package puts the module alone, as a gallery or a share wants it, into
artifacts/package/Thesis. Clean removes what the others made.

.PARAMETER Task
Build, Test, Package or Clean; several are done in the order given.

.EXAMPLE
./build.ps1

.EXAMPLE
./build.ps1 -Task Clean, Build, Test
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Package', 'Clean')]
    [string[]] $Task = 'Build'
)

$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot

function Invoke-Dotnet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) { throw "dotnet $args ended with exit code $LASTEXITCODE." }
}

function Remove-Folder([string] $Path) {
    if ([System.IO.Directory]::Exists($Path)) { [System.IO.Directory]::Delete($Path, $true) }
}

function Copy-Folder([string] $Source, [string] $Target) {
    foreach ($file in [System.IO.Directory]::EnumerateFiles($Source, '*', 'AllDirectories')) {
        $copy = [System.IO.Path]::Combine($Target, [System.IO.Path]::GetRelativePath($Source, $file))
        $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($copy))
        [System.IO.File]::Copy($file, $copy, $true)
    }
}

function Invoke-Pester5 {
    if (-not (Get-Module Pester -ListAvailable | Where-Object Version -GE '5.0')) {
        'Pester 5 is not installed; tests/pester was not run.'
        return
    }

    # A process of its own: an assembly that is loaded cannot be built anew.
    $command = "`$result = Invoke-Pester '$root/tests/pester' -PassThru; exit [int](`$result.Result -ne 'Passed')"
    & ([System.Environment]::ProcessPath) -NoProfile -NonInteractive -Command $command
    if ($LASTEXITCODE -ne 0) { throw 'Pester suites failed.' }
}

foreach ($one in $Task) {
    switch ($one) {
        'Build' { Invoke-Dotnet build $root -c Release }
        'Test' {
            Invoke-Dotnet test --solution "$root/Thesis.slnx"
            Invoke-Pester5
        }
        'Package' {
            Invoke-Dotnet build $root -c Release
            $package = [System.IO.Path]::Combine($root, 'artifacts', 'package', 'Thesis')
            Remove-Folder $package
            Copy-Folder "$root/bin" "$package/bin"
            foreach ($file in 'Thesis.psd1', 'LICENSE', 'README.md', 'CHANGELOG.md') {
                [System.IO.File]::Copy("$root/$file", "$package/$file")
            }
            $package
        }
        'Clean' {
            Remove-Folder "$root/bin"
            Remove-Folder "$root/artifacts"
        }
    }
}
