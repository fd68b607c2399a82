<#
.SYNOPSIS
Runs a benchmark's config and writes results.csv, a table and the figures that the module has of it.

.DESCRIPTION
Every run calls the public cmdlets. Runs that results.csv holds already are skipped, failed ones are done again: after a
kill, the same command goes on where it stopped. A run that fails becomes a row and the next one follows. Several sessions may
share the runs of one folder: what another one is doing is left to it, and looked at again at the end.
The exit code is 0 when every run of the plan succeeded, else 1.

.PARAMETER Config
The config, such as configs/smoke.yaml.

.PARAMETER DataPath
The folder that holds the real datasets. Without it, generated data of the same shape stand in where the config has
them, and the tables say so (lfw-synthetic).

.PARAMETER OutputPath
The results' folder; results/NAME unless given, and in it a folder for each shard.

.PARAMETER Filter
Keeps the runs whose method or dataset matches; wildcards are allowed.

.PARAMETER ShardIndex
This shard's number, from 0. Merge-BenchmarkResult puts the shards together.

.PARAMETER ShardCount
The number of shards.

.EXAMPLE
benchmarks/Invoke-Benchmark.ps1 -Config configs/smoke.yaml

.EXAMPLE
benchmarks/Invoke-Benchmark.ps1 -Config configs/lfw.yaml -DataPath ../data -Filter 'pahc*' -WhatIf
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [string] $Config,
    [string] $DataPath,
    [string] $OutputPath,
    [string] $Filter,
    [int] $ShardIndex,
    [int] $ShardCount
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module Thesis)) { Import-Module (Join-Path $PSScriptRoot .. Thesis.psd1) }

$planning = @{ LiteralPath = $Config }
foreach ($name in 'DataPath', 'OutputPath', 'Filter', 'ShardIndex', 'ShardCount') {
    if ($PSBoundParameters.ContainsKey($name)) { $planning[$name] = $PSBoundParameters[$name] }
}
$plan = @(Get-BenchmarkPlan @planning)

if ($WhatIfPreference) {
    "$($plan.Count) runs"
    foreach ($run in $plan) {
        "  $($run.RunId)  $($run.Status.PadRight(7))  $($run.Dataset)  $($run.Method)  seed $($run.Seed)  $($run.ParameterText)"
    }
    exit 0
}
if ($plan.Count -eq 0) {
    'No run falls to this shard.'
    exit 0
}

$output = $plan[0].OutputPath
$task = Join-Path $PSScriptRoot tasks "$($plan[0].Task).ps1"
"$($plan[0].Benchmark): $($plan[0].Title), $($plan.Count) runs, results in $output"

$failures = 0
$left = [Collections.Generic.Queue[int]]::new([int[]] (0..($plan.Count - 1)))
$elsewhere = [Collections.Generic.HashSet[int]]::new()
while ($left.Count -gt 0) {
    $i = $left.Dequeue()
    $run = $plan[$i]
    $result = $run | Add-BenchmarkResult -Prepare { & $task -Run $_ -Prepare } -Measure { & $task -Run $_ }
    if ($result.Status -eq 'claimed') {
        $left.Enqueue($i)
        # Seen again, it is what is left: the other session is waited for.
        if (-not $elsewhere.Add($i)) {
            Start-Sleep -Milliseconds 200
            continue
        }
    }
    $line = "[$($i + 1)/$($plan.Count)] $($run.Dataset) $($run.Method) $($run.ParameterText) $($result.Status)"
    if ($result.ElapsedSeconds -gt 0) {
        $line += [string]::Format(
            [cultureinfo]::InvariantCulture, ' {0:0.0} s {1:0} MB', $result.ElapsedSeconds, $result.PeakMemoryMegabytes)
    }
    if ($result.Status -eq 'failed') {
        $failures++
        $line += " $($result.ErrorId): $($result.Error)"
    }
    $line
}

''
Read-BenchmarkResult -LiteralPath $output -Table
Join-Path $output results.csv
Export-Figure -LiteralPath $output -Force | ForEach-Object Path
if ($failures -gt 0) {
    "$failures of $($plan.Count) runs failed."
    exit 1
}
exit 0
