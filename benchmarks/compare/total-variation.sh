#!/bin/bash
# TV of one 512 x 512 slice with its sinogram of 640 x 641 rays by two builds in turns: seconds and the objective that each
# reached; then the objective of a long run of the first, and how far above it both are.
# Usage: [LONG=300] total-variation.sh OURS BASE, two checkouts that are built.
set -euo pipefail
ours=$1; base=$2; long=${LONG:-300}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
grep -m1 'model name' /proc/cpuinfo; nproc; uptime
pwsh=(dotnet tool exec --yes powershell@7.6.9 -- -NoProfile -File)
cat > "$work/make.ps1" <<'P'
param($root, $work)
Import-Module "$root/Thesis.psd1"
$null = New-SyntheticScan -Size 512 -Count 1 -Destination "$work/scans" | New-MetalArtifact -Geometry syndeeplesion -MetalSize 300, 600 -Destination "$work/metal"
P
cat > "$work/run.ps1" <<'P'
param($root, $folder, $out, $iterations)
Import-Module "$root/Thesis.psd1"
$more = if ($iterations) { @{ Iterations = [int] $iterations } } else { @{} }
$made = Invoke-MetalArtifactReduction $folder -Method TV -Destination $out -Force @more
"{0}`t{1} iterations`t{2:f2} s`tobjective {3}" -f $root, $made.Iterations, $made.ElapsedSeconds, $made.Objective.ToString('r', [cultureinfo]::InvariantCulture)
P
"${pwsh[@]}" "$work/make.ps1" "$base" "$work"
for round in 1 2; do
  for root in "$base" "$ours"; do
    "${pwsh[@]}" "$work/run.ps1" "$root" "$work/metal" "$work/out-$(basename "$root")" | tee -a "$work/log"
  done
done
rest=$("${pwsh[@]}" "$work/run.ps1" "$ours" "$work/metal" "$work/out-long" "$long"); echo "$rest"
awk -F'\t' -v base="$base" -v rest="${rest##*objective }" '{ s = $3 + 0; v = $4; sub("objective ", "", v)
    if ($1 == base) { if (!b || s < b) b = s; bv = v } else { if (!o || s < o) o = s; ov = v } }
  END { printf "TV a slice: base %.2f s (%.4f %% above the rest), ours %.2f s (%.4f %%), ratio %.2f\n",
    b, 100 * (bv / rest - 1), o, 100 * (ov / rest - 1), b / o }' "$work/log"
