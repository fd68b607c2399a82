<#
.SYNOPSIS
Kills a sweep again and again, lets it finish, and checks that every run is there exactly once.

.DESCRIPTION
Each time, the sweep runs in a process of its own until results.csv has grown; a random moment later the process is
killed (SIGKILL on Linux). Exits with 0 when all is well, else with 1 and a sentence.

.PARAMETER Config
The config; it needs more runs than there are kills.

.PARAMETER OutputPath
A folder that does not exist yet.

.PARAMETER Kills
How many times the sweep is killed.

.PARAMETER Seed
The seed of the random moments.

.EXAMPLE
benchmarks/Test-BenchmarkResume.ps1 -Config configs/smoke.yaml -OutputPath /tmp/resume
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Config,
    [Parameter(Mandatory)] [string] $OutputPath,
    [int] $Kills = 10,
    [int] $Seed = 1
)

$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot Shell.psm1)
if (-not (Get-Module Thesis)) { Import-Module (Join-Path $PSScriptRoot .. Thesis.psd1) }

$output = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutputPath)
$results = Join-Path $output results.csv
if (Test-Path -LiteralPath $output) { throw "'$output' exists already." }
$random = [Random]::new($Seed)

function Start-Sweep {
    Start-Shell -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot Invoke-Benchmark.ps1) `
        -Config $Config -OutputPath $output
}

function Get-Length { (Test-Path -LiteralPath $results) ? (Get-Item -LiteralPath $results).Length : 0 }

$killed = 0
while ($killed -lt $Kills) {
    $before = Get-Length
    $sweep = Start-Sweep
    while ((Get-Length) -eq $before -and -not $sweep.HasExited) { Start-Sleep -Milliseconds 2 }
    Start-Sleep -Milliseconds $random.Next(400)
    if ($sweep.HasExited) { break }
    $sweep.Kill()
    $sweep.WaitForExit()
    $killed++
    "kill $killed at $(Get-Length) bytes"
}

$last = Start-Sweep
$null = $last.StandardOutput.ReadToEnd()
$last.WaitForExit()

# A run that stood there twice, or in part, would be a fault of this reading.
$plan = @(Get-BenchmarkPlan -LiteralPath $Config -OutputPath $output)
$metrics = @(Read-BenchmarkResult -LiteralPath $output)
$double = $metrics | Group-Object RunId, Metric, Group | Where-Object Count -GT 1
if ($double) { "Double row: $($double[0].Name)"; exit 1 }
$runs = @($metrics.RunId | Sort-Object -Unique)
$missing = @($plan | Where-Object Status -NE 'ok')
"$killed kills; $($plan.Count) runs planned, $($runs.Count) in results.csv, $($missing.Count) missing or failed"
$whole = $killed -eq $Kills -and $missing.Count -eq 0 -and $runs.Count -eq $plan.Count -and $last.ExitCode -eq 0
exit ($whole ? 0 : 1)
