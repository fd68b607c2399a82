<#
.SYNOPSIS
Lets sessions write one results folder at once, and checks that every run is done and written exactly once.

.DESCRIPTION
Each session runs the whole config in a process of its own, all begun together: each claims a run before it does it, and the
others leave it alone. The values are compared with those of one session alone. With -Kill another session is begun before and killed
once it has claimed a run; its claim must hold nobody up. Writes the counts to sessions.csv in OutputPath and exits with 0 when
all is well, else with 1.

.PARAMETER Config
The config.

.PARAMETER OutputPath
A folder that does not exist yet.

.PARAMETER Sessions
How many sessions there are, without the killed one.

.PARAMETER Kill
Kills one session first, within a run.

.EXAMPLE
benchmarks/reliability/Test-BenchmarkSessions.ps1 -Config configs/smoke.yaml -OutputPath /tmp/sessions

.EXAMPLE
benchmarks/reliability/Test-BenchmarkSessions.ps1 -Config configs/smoke-learned.yaml -OutputPath /tmp/sessions -Kill
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Config,
    [Parameter(Mandatory)] [string] $OutputPath,
    [ValidateRange(2, 16)] [int] $Sessions = 2,
    [switch] $Kill
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

function Get-Claim { @(Get-ChildItem -Path $together -Filter *.claim -Recurse -Force -ErrorAction Ignore) }

$stale = 0
if ($Kill) {
    $first = Start-Sweep $together
    while (-not (Get-Claim) -and -not $first.HasExited) { Start-Sleep -Milliseconds 2 }
    $first.Kill()
    $first.WaitForExit()
    $stale = (Get-Claim).Count
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
        Left    = @($lines -match '^\[\d+/\d+\].* claimed').Count
        Passed  = @($lines -match '^\[\d+/\d+\].* skipped').Count
        # A run that took time and was not written had been done by another session meanwhile.
        Twice   = @($lines -match '^\[\d+/\d+\].* skipped \d').Count
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
$twice = ($done.Twice | Measure-Object -Sum).Sum
$claims = (Get-Claim).Count

$row = [pscustomobject]@{
    config = Split-Path $Config -LeafBase; sessions = $Sessions; claims_of_killed = $stale; runs = $plan.Count; done_twice = $twice
    missing = $missing; double_rows = $double; other_values = $other; written = ($done.Written -join ' '); left_to_others = ($done.Left -join ' ')
    passed_over = ($done.Passed -join ' '); failed = ($done.Failed -join ' '); claims_left = $claims
}
$row | Export-Csv (Join-Path $output sessions.csv) -UseQuotes AsNeeded
"$Sessions sessions, $($plan.Count) runs, $twice done twice, $missing missing or failed, $double double rows, $other values that differ from one session's"
$row | Format-List | Out-String
$whole = $twice + $missing + $double + $other + $claims -eq 0 -and -not ($done.Exit -ne 0) -and
    ($done.Written | Measure-Object -Sum).Sum -eq $plan.Count -and ($stale -gt 0) -eq [bool] $Kill
exit ($whole ? 0 : 1)
