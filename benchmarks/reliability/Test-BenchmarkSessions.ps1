<#
.SYNOPSIS
Lets sessions write one results folder at once, and checks that every run is there exactly once.

.DESCRIPTION
Each session runs the whole config in a process of its own, all begun together: whoever ends a run first writes it, and the
others pass it over. The values are compared with those of one session alone. Writes the counts to results.csv's folder as
sessions.csv and exits with 0 when all is well, else with 1 and a sentence.

.PARAMETER Config
The config.

.PARAMETER OutputPath
A folder that does not exist yet.

.PARAMETER Sessions
How many sessions there are.

.EXAMPLE
benchmarks/reliability/Test-BenchmarkSessions.ps1 -Config configs/smoke.yaml -OutputPath /tmp/sessions
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Config,
    [Parameter(Mandatory)] [string] $OutputPath,
    [ValidateRange(2, 16)] [int] $Sessions = 2
)

$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot .. Shell.psm1)
if (-not (Get-Module Thesis)) { Import-Module (Join-Path $PSScriptRoot .. .. Thesis.psd1) }

$output = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutputPath)
if (Test-Path -LiteralPath $output) { throw "'$output' exists already." }
$together, $alone = (Join-Path $output together), (Join-Path $output alone)

function Start-Sweep([string] $Folder) {
    Start-Shell -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot .. Invoke-Benchmark.ps1) `
        -Config $Config -OutputPath $Folder
}

# The lines of each session are read as they come: a full pipe would stop it.
$running = foreach ($i in 1..$Sessions) {
    $process = Start-Sweep $together
    @{ Process = $process; Lines = $process.StandardOutput.ReadToEndAsync() }
}
$done = foreach ($session in $running) {
    $session.Process.WaitForExit()
    $lines = $session.Lines.Result -split "`n"
    [pscustomobject]@{
        Exit    = $session.Process.ExitCode
        Written = @($lines -match '^\[\d+/\d+\].* ok ').Count
        Passed  = @($lines -match '^\[\d+/\d+\].* skipped').Count
        Failed  = @($lines -match '^\[\d+/\d+\].* failed ').Count
    }
}
$one = Start-Sweep $alone
$null = $one.StandardOutput.ReadToEnd()
$one.WaitForExit()

$plan = @(Get-BenchmarkPlan -LiteralPath $Config -OutputPath $together)
$key = { '{0} {1} {2}' -f $_.RunId, $_.Metric, $_.Group }
$written = @(Read-BenchmarkResult -LiteralPath $together)
$double = @($written | Group-Object $key | Where-Object Count -GT 1).Count
$expected = @{}
foreach ($row in Read-BenchmarkResult -LiteralPath $alone) { $expected[(& { $_ = $row; & $key })] = $row.Value }
$other = @($written | Where-Object { $expected[(& $key)] -ne $_.Value }).Count + [math]::Abs($expected.Count - $written.Count)
$missing = @($plan | Where-Object Status -NE 'ok').Count

$row = [pscustomobject]@{
    sessions = $Sessions; runs = $plan.Count; missing = $missing; double_rows = $double; other_values = $other
    written = ($done.Written -join ' '); passed_over = ($done.Passed -join ' '); failed = ($done.Failed -join ' ')
}
$row | Export-Csv (Join-Path $output sessions.csv) -UseQuotes AsNeeded
"$Sessions sessions, $($plan.Count) runs, $missing missing or failed, $double double rows, $other values that differ from one session's"
$row | Format-List | Out-String
$whole = $missing + $double + $other -eq 0 -and -not ($done.Exit -ne 0) -and ($done.Written | Measure-Object -Sum).Sum -eq $plan.Count
exit ($whole ? 0 : 1)
