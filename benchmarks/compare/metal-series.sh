#!/bin/bash
# NMAR of a series of 512 x 512 slices by two builds in turns: seconds, CPU seconds, seconds a slice, peak memory, and the ratios; then a
# series of LONG slices by the first. The slices are four simulated ones with titanium, copied under other names.
# Usage: [SHORT=40] [LONG=200] metal-series.sh OURS BASE, two checkouts that are built.
set -euo pipefail
ours=$1; base=$2; short=${SHORT:-40}; long=${LONG:-200}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
grep -m1 'model name' /proc/cpuinfo; nproc; uptime
pwsh=(dotnet tool exec --yes powershell@7.6.9 -- -NoProfile -File)
cat > "$work/make.ps1" <<'P'
param($root, $work, $short, $long)
Import-Module "$root/Thesis.psd1"
$null = New-SyntheticScan -Size 512 -Count 4 -Destination "$work/scans" | New-MetalArtifact -Geometry syndeeplesion -MetalSize 300, 600 -Destination "$work/metal"
foreach ($pair in @('short', $short), @('long', $long)) {
    $null = New-Item -ItemType Directory "$work/$($pair[0])"
    foreach ($i in 0..($pair[1] - 1)) { Copy-Item "$work/metal/scan-1-000$($i % 4).npy" "$work/$($pair[0])/s$($i.ToString('d3')).npy" }
}
P
cat > "$work/run.ps1" <<'P'
param($root, $series, $out)
Import-Module "$root/Thesis.psd1"
$process = [Diagnostics.Process]::GetCurrentProcess()
$before = $process.TotalProcessorTime.TotalSeconds
$clock = [Diagnostics.Stopwatch]::StartNew()
$made = @(Invoke-MetalArtifactReduction $series -Method NMAR -Destination $out -Force)
$seconds = $clock.Elapsed.TotalSeconds
$process.Refresh()
$cpu = $process.TotalProcessorTime.TotalSeconds - $before
$peak = (Select-String '^VmHWM:\s+(\d+)' /proc/self/status).Matches[0].Groups[1].Value / 1024
"{0}`t{1} slices`t{2:f2} s`t{3:f2} CPU s`t{4:f3} s a slice`t{5:f0} MiB peak of pwsh" -f $root, $made.Count, $seconds, $cpu, ($seconds / $made.Count), $peak
P
"${pwsh[@]}" "$work/make.ps1" "$base" "$work" "$short" "$long"
for round in 1 2; do
  for root in "$base" "$ours"; do
    "${pwsh[@]}" "$work/run.ps1" "$root" "$work/short" "$work/out-$(basename "$root")" | tee -a "$work/log"
  done
done
for column in 3 4; do
  awk -F'\t' -v base="$base" -v column="$column" '{ s = $column + 0; if ($1 == base) { if (!b || s < b) b = s } else if (!o || s < o) o = s }
    END { printf "NMAR series: base %.2f %s, ours %.2f, ratio %.2f\n", b, column == 3 ? "s" : "CPU s", o, b / o }' "$work/log"
done
"${pwsh[@]}" "$work/run.ps1" "$ours" "$work/long" "$work/out-long"
