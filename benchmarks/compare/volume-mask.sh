#!/bin/bash
# What -VolumeMask costs: NMAR of a series of LONG slices of 512 x 512 without and with it, in turns, each in a shell of its own:
# seconds, CPU seconds, peak memory. The slices are four simulated ones with titanium, copied under other names.
# Usage: [LONG=200] volume-mask.sh OURS, a checkout that is built.
set -euo pipefail
ours=$1; long=${LONG:-200}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
grep -m1 'model name' /proc/cpuinfo; nproc; uptime
pwsh=(dotnet tool exec --yes powershell@7.6.9 -- -NoProfile -File)
cat > "$work/make.ps1" <<'P'
param($root, $work, $long)
Import-Module "$root/Thesis.psd1"
$null = New-SyntheticScan -Size 512 -Count 4 -Destination "$work/scans" | New-MetalArtifact -Geometry syndeeplesion -MetalSize 300, 600 -Destination "$work/metal"
$null = New-Item -ItemType Directory "$work/series"
foreach ($i in 0..($long - 1)) { Copy-Item "$work/metal/scan-1-000$($i % 4).npy" "$work/series/s$($i.ToString('d3')).npy" }
P
cat > "$work/run.ps1" <<'P'
param($root, $series, $out, [switch]$volume)
Import-Module "$root/Thesis.psd1"
$process = [Diagnostics.Process]::GetCurrentProcess()
$before = $process.TotalProcessorTime.TotalSeconds
$clock = [Diagnostics.Stopwatch]::StartNew()
$made = @(Invoke-MetalArtifactReduction $series -Method NMAR -Destination $out -Force -VolumeMask:$volume -WarningAction SilentlyContinue)
$seconds = $clock.Elapsed.TotalSeconds
$process.Refresh()
$cpu = $process.TotalProcessorTime.TotalSeconds - $before
$peak = (Select-String '^VmHWM:\s+(\d+)' /proc/self/status).Matches[0].Groups[1].Value / 1024
"{0}`t{1} slices`t{2:f2} s`t{3:f2} CPU s`t{4:f0} MiB peak of pwsh" -f $made[0].MetalSource, $made.Count, $seconds, $cpu, $peak
P
"${pwsh[@]}" "$work/make.ps1" "$ours" "$work" "$long"
for round in 1 2; do
  "${pwsh[@]}" "$work/run.ps1" "$ours" "$work/series" "$work/out"
  "${pwsh[@]}" "$work/run.ps1" "$ours" "$work/series" "$work/out-volume" -volume
done
