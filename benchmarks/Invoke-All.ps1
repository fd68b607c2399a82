<#
.SYNOPSIS
Regenerates every table and figure: all configs one after another, and a page of their tables.

.DESCRIPTION
With -Reduced the configs for two cores, else those of full size. Each runs in a process of its own by Invoke-Benchmark.ps1, which
skips what its results.csv holds already: after a kill, the same command goes on where it stopped. Before each config the time left
is said, by what the stored runs of benchmarks/results took; a config that fails is named at the end, and the others are run.
The exit code is 0 when every run succeeded, else 1. results.md and report.html in OutputPath have all tables, ours beside the published values.

.PARAMETER Reduced
The configs for two cores: those named -reduced, and those that have no such sibling, but for those that need all of CIFAR-10
and a GPU and have no reduced form.

.PARAMETER DataPath
The folder that holds the real datasets; generated data stand in where the configs have them.

.PARAMETER OutputPath
The folder of the results, one folder a config; results unless given.

.PARAMETER Filter
Keeps the configs whose name matches; wildcards are allowed.

.EXAMPLE
benchmarks/Invoke-All.ps1 -Reduced -DataPath ../shared/data

.EXAMPLE
benchmarks/Invoke-All.ps1 -Reduced -Filter 'table-3*' -WhatIf
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [switch] $Reduced,
    [string] $DataPath,
    [string] $OutputPath = 'results',
    [string] $Filter = '*'
)

$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot
Import-Module (Join-Path $PSScriptRoot Shell.psm1)

$largeAlone = 'table-5.4', 'figure-5.6'
$names = @((Get-ChildItem (Join-Path $root configs) -Filter *.yaml).BaseName | Where-Object { $_ -notlike 'smoke*' })
$chosen = @($names | Where-Object {
    $_ -like $Filter -and $(if ($Reduced) { "$_-reduced" -notin $names -and $_ -notin $largeAlone } else { $_ -notlike '*-reduced*' })
} | Sort-Object)
if (-not $chosen) { throw "No config matches '$Filter'." }

# Seconds that a folder's runs took; nothing where there is none.
function Measure-Run([string] $Folder) {
    $file = Join-Path $Folder results.csv
    if (-not (Test-Path -LiteralPath $file)) { return }
    Import-Csv -LiteralPath $file | Sort-Object run_id -Unique |
        ForEach-Object { [double]::Parse($_.elapsed_s, [cultureinfo]::InvariantCulture) } |
        Measure-Object -Sum | Select-Object -ExpandProperty Sum
}

# What the configs from one on will take, as far as stored runs say.
function Get-TimeLeft([string[]] $Left) {
    $known = 0.0
    $unknown = 0
    foreach ($name in $Left) {
        $stored = Measure-Run (Join-Path $root benchmarks results $name)
        if ($null -eq $stored) { $unknown++ }
        else { $known += [math]::Max(0, $stored - (Measure-Run (Join-Path $OutputPath $name))) }
    }
    $text = 'about {0:hh\:mm\:ss} left' -f [timespan]::FromSeconds($known)
    if ($unknown) { $text += " and $unknown configs that were never timed" }
    $text
}

if ($WhatIfPreference) {
    "$($chosen.Count) configs, $(Get-TimeLeft $chosen)"
    $chosen | ForEach-Object { "  $_" }
    exit 0
}

$failed = @()
for ($i = 0; $i -lt $chosen.Count; $i++) {
    $name = $chosen[$i]
    "[$($i + 1)/$($chosen.Count)] $name, $(Get-TimeLeft $chosen[$i..($chosen.Count - 1)])"
    $options = @('-Config', (Join-Path $root configs "$name.yaml"), '-OutputPath', (Join-Path $OutputPath $name))
    if ($DataPath) { $options += '-DataPath', $DataPath }
    Invoke-Shell -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot Invoke-Benchmark.ps1) @options
    if ($LASTEXITCODE -ne 0) { $failed += $name }
}

$null = New-Item -ItemType Directory -Force $OutputPath
& (Join-Path $PSScriptRoot New-ResultPage.ps1) $OutputPath (Join-Path $OutputPath results.md) | ForEach-Object FullName
Get-ChildItem -LiteralPath $OutputPath -Filter results.csv -Recurse -Depth 1 | Sort-Object FullName |
    Export-BenchmarkReport -Destination (Join-Path $OutputPath report.html) -Force | ForEach-Object FullName
if ($failed) {
    "$($failed.Count) of $($chosen.Count) configs did not succeed: $($failed -join ', ')"
    exit 1
}
exit 0
