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
if (-not (Get-Module Thesis)) { Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Thesis.psd1')) }

$output = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutputPath)
$results = [System.IO.Path]::Combine($output, 'results.csv')
if ([System.IO.Directory]::Exists($output)) { throw "'$output' exists already." }
$random = [System.Random]::new($Seed)

function Start-Sweep {
    $start = [System.Diagnostics.ProcessStartInfo]::new([System.Environment]::ProcessPath)
    $script = [System.IO.Path]::Combine($PSScriptRoot, 'Invoke-Benchmark.ps1')
    foreach ($argument in '-NoProfile', '-NonInteractive', '-File', $script, '-Config', $Config, '-OutputPath', $output) {
        $start.ArgumentList.Add($argument)
    }
    $start.RedirectStandardOutput = $true
    [System.Diagnostics.Process]::Start($start)
}

function Get-Length { [System.IO.File]::Exists($results) ? [System.IO.FileInfo]::new($results).Length : 0 }

$killed = 0
while ($killed -lt $Kills) {
    $before = Get-Length
    $sweep = Start-Sweep
    while ((Get-Length) -eq $before -and -not $sweep.HasExited) { [System.Threading.Thread]::Sleep(2) }
    [System.Threading.Thread]::Sleep($random.Next(400))
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
$runs = [System.Collections.Generic.HashSet[string]]::new()
$rows = [System.Collections.Generic.HashSet[string]]::new()
foreach ($metric in $metrics) {
    $null = $runs.Add($metric.RunId)
    if (-not $rows.Add("$($metric.RunId) $($metric.Metric)")) { "Double row: $($metric.RunId) $($metric.Metric)"; exit 1 }
}
$missing = @($plan | Where-Object Status -NE 'ok')
"$killed kills; $($plan.Count) runs planned, $($runs.Count) in results.csv, $($missing.Count) missing or failed"
$whole = $killed -eq $Kills -and $missing.Count -eq 0 -and $runs.Count -eq $plan.Count -and $last.ExitCode -eq 0
exit ($whole ? 0 : 1)
