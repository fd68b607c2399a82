<#
.SYNOPSIS
Writes a page of the tables of all results in a folder, ours beside the published values.

.DESCRIPTION
For each folder with a results.csv: where it comes from (commits, days, seconds), and its tables by ConvertTo-BenchmarkTable, with
the published orders that do not hold. docs/results.md is this page of benchmarks/results.

.PARAMETER Path
The folder of the results.

.PARAMETER Destination
The Markdown file; it is replaced.

.EXAMPLE
benchmarks/New-ResultPage.ps1 benchmarks/results docs/results.md
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory, Position = 0)] [string] $Path,
    [Parameter(Mandatory, Position = 1)] [string] $Destination
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module Thesis)) { Import-Module (Join-Path $PSScriptRoot .. Thesis.psd1) }

# What stands above a benchmark's tables.
function Get-Provenance([string] $File) {
    $runs = @(Import-Csv -LiteralPath $File | Sort-Object run_id -Unique)
    $commits = @($runs.commit | Where-Object { $_ } | ForEach-Object { $_.Substring(0, 7) } | Sort-Object -Unique)
    $days = @($runs.started_utc | ForEach-Object { $_.Substring(0, 10) } | Sort-Object -Unique)
    $seconds = ($runs | ForEach-Object { [double]::Parse($_.elapsed_s, [cultureinfo]::InvariantCulture) } | Measure-Object -Sum).Sum
    $failed = @($runs | Where-Object status -ne ok).Count
    $text = [string]::Format(
        [cultureinfo]::InvariantCulture, '{0} runs, {1:0} s on {2}, commit {3}, {4}.',
        $runs.Count, $seconds, (@($runs.device | Where-Object { $_ } | Sort-Object -Unique) -join ', '), ($commits -join ', '),
        (@($days[0], $days[-1] | Select-Object -Unique) -join ' to '))
    if ($failed) { $text += " $failed runs failed." }
    $text
}

$lines = @(
    '# Results'
    ''
    'Made by `benchmarks/New-ResultPage.ps1`; every number is in a `results.csv` of the folder that a heading names, with its run, seed,'
    'commit, time and memory. A cell is ours and, in brackets, what the dissertation prints for the real data at full size; the orders'
    'that do not hold here are listed below each table.'
    ''
    foreach ($file in Get-ChildItem -LiteralPath $Path -Filter results.csv -Recurse -Depth 1 | Sort-Object FullName) {
        $table = @(ConvertTo-BenchmarkTable -LiteralPath $file.DirectoryName)
        "## $($file.Directory.Name)"
        ''
        Get-Provenance $file.FullName

        # The heading of the table itself says the same.
        $table | Select-Object -Skip 1
    }
)
if ($PSCmdlet.ShouldProcess($Destination, 'Write the page of results')) {
    ($lines -join "`n").TrimEnd() + "`n" | Set-Content -LiteralPath $Destination -NoNewline
    Get-Item -LiteralPath $Destination
}
