<#
.SYNOPSIS
Builds, shows, tests, packages or cleans Thesis: a thin face over dotnet and Pester.

.DESCRIPTION
Build compiles the module into bin/, where Thesis.psd1 finds it. Demo builds it and runs the main job on generated faces
into results/smoke. Test runs the xunit tests and the Pester suites and closes with the counts of both. Package puts the
module alone, as a gallery or a share wants it, into artifacts/package/Thesis. Clean removes what the others made.

Without PowerShell, the .NET SDK runs it: dotnet tool exec --yes powershell -- -NoProfile -File build.ps1 -Task Demo

.PARAMETER Task
Build, Demo, Test, Package or Clean; several are done in the order given.

.EXAMPLE
./build.ps1

.EXAMPLE
./build.ps1 -Task Clean, Build, Test
#>
[CmdletBinding()]
param(
    [ArgumentCompletions('Build', 'Demo', 'Test', 'Package', 'Clean')]
    [string[]] $Task = 'Build'
)

$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$results = Join-Path $root artifacts test-results
Import-Module (Join-Path $root benchmarks Shell.psm1)

# With -File a list arrives as one text.
$tasks = $Task -split ',' | ForEach-Object Trim
$unknown = $tasks | Where-Object { $_ -notin 'Build', 'Demo', 'Test', 'Package', 'Clean' }
if ($unknown) { throw "There is no task '$unknown'. Tasks: Build, Demo, Test, Package, Clean." }

function Invoke-Dotnet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) { throw "dotnet $args ended with exit code $LASTEXITCODE." }
}

# The tests of a project; their counts are in a file, since what is printed is for people.
function Invoke-Xunit([string] $Project) {
    $report = Join-Path $results "$Project.json"
    $program = Join-Path $root artifacts bin $Project release "$Project$($IsWindows ? '.exe' : '')"
    & $program -noLogo -result-ctrf $report | Out-Host
    if (-not (Test-Path $report)) { throw "$Project ended with exit code $LASTEXITCODE and no report." }
    $summary = (Get-Content $report -Raw | ConvertFrom-Json).results.summary
    [pscustomobject]@{ Tests = $Project; Passed = $summary.passed; Failed = $summary.failed; Skipped = $summary.skipped }
}

function Invoke-PesterSuite {
    $report = Join-Path $results Pester.json
    $pester = dotnet msbuild (Join-Path $root tests Thesis.Cmdlets.Tests) -getProperty:PesterModule
    Invoke-Shell -NoProfile -NonInteractive -File (Join-Path $root tests pester Invoke-Suite.ps1) -PesterPath $pester -ReportPath $report | Out-Host
    if (-not (Test-Path $report)) { throw "Pester ended with exit code $LASTEXITCODE and no report." }
    Get-Content $report -Raw | ConvertFrom-Json
}

function Invoke-Test {
    if (Test-Path $results) { Remove-Item $results -Recurse -Force }
    $null = New-Item $results -ItemType Directory
    $counts = @(
        Invoke-Xunit Thesis.Engine.Tests
        Invoke-Xunit Thesis.Cmdlets.Tests
        Invoke-PesterSuite
    )
    $counts | Format-Table | Out-Host
    $total = foreach ($name in 'Passed', 'Failed', 'Skipped') { ($counts | Measure-Object $name -Sum).Sum }
    '{0} passed, {1} failed, {2} skipped' -f $total | Out-Host
    if ($total[0] -eq 0 -or $total[1] -gt 0) { throw 'Tests failed.' }
}

function New-Package {
    $package = Join-Path $root artifacts package Thesis
    if (Test-Path $package) { Remove-Item $package -Recurse -Force }
    $null = New-Item $package -ItemType Directory
    foreach ($item in 'bin', 'configs', 'en-US', 'Thesis.psd1', 'LICENSE', 'README.md', 'CHANGELOG.md') {
        Copy-Item (Join-Path $root $item) $package -Recurse
    }

    # Where it comes from, if the checkout knows.
    $origin = git -C $root remote get-url origin 2>$null
    if ($origin -match '^https://') {
        Update-ModuleManifest (Join-Path $package Thesis.psd1) -ProjectUri ($origin -replace '\.git$')
    }
    $package
}

switch ($tasks) {
    'Build' { Invoke-Dotnet build $root -c Release }
    'Demo' {
        Invoke-Dotnet build (Join-Path $root cmdlets) -c Release
        # In a process of its own: an assembly that is loaded cannot be built anew.
        Invoke-Shell -NoProfile -NonInteractive -File (Join-Path $root benchmarks Invoke-Benchmark.ps1) `
            -Config (Join-Path $root configs smoke.yaml) -OutputPath (Join-Path $root results smoke)
        if ($LASTEXITCODE -ne 0) { throw "The demonstration ended with exit code $LASTEXITCODE." }
    }
    'Test' {
        Invoke-Dotnet build $root -c Release
        Invoke-Test
    }
    'Package' {
        Invoke-Dotnet build (Join-Path $root cmdlets) -c Release
        New-Package
    }
    'Clean' {
        foreach ($folder in 'bin', 'artifacts') {
            $made = Join-Path $root $folder
            if (Test-Path $made) { Remove-Item $made -Recurse -Force }
        }
    }
}
