#!/bin/bash
# TV of a series of 512 x 512 slices with their sinograms of 640 x 641 rays by two builds in turns: seconds a slice, of the
# whole cmdlet, and the mean objective that each reached; then that of a long run of the first, and how far above it both are.
# Ours runs with its default number of iterations and with the SAME number that brings it as near to the rest as the base.
# Usage: [LONG=150] [SAME=11] [SLICES=8] total-variation.sh OURS BASE, two checkouts that are built.
set -euo pipefail
ours=$1; base=$2; long=${LONG:-150}; same=${SAME:-11}; slices=${SLICES:-8}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
grep -m1 'model name' /proc/cpuinfo; nproc; uptime
pwsh=(dotnet tool exec --yes powershell@7.6.9 -- -NoProfile -File)
cat > "$work/make.ps1" <<'P'
param($root, $work, $slices)
Import-Module "$root/Thesis.psd1"
$null = New-SyntheticScan -Size 512 -Count $slices -Destination "$work/scans" | New-MetalArtifact -Geometry syndeeplesion -MetalSize 300, 600 -Destination "$work/metal"
P
cat > "$work/run.ps1" <<'P'
param($root, $folder, $out, $iterations)
Import-Module "$root/Thesis.psd1"
$more = if ($iterations) { @{ Iterations = [int] $iterations } } else { @{} }
$clock = [Diagnostics.Stopwatch]::StartNew()
$made = Invoke-MetalArtifactReduction $folder -Method TV -Destination $out -Force @more
$seconds = $clock.Elapsed.TotalSeconds / @($made).Count
$objective = ($made | Measure-Object Objective -Average).Average.ToString('r', [cultureinfo]::InvariantCulture)
"{0}`t{1} iterations`t{2:f2} s`tobjective {3}" -f $root, $made[0].Iterations, $seconds, $objective
P
"${pwsh[@]}" "$work/make.ps1" "$base" "$work" "$slices"
for round in 1 2; do
  "${pwsh[@]}" "$work/run.ps1" "$base" "$work/metal" "$work/out-base" | tee -a "$work/log"
  "${pwsh[@]}" "$work/run.ps1" "$ours" "$work/metal" "$work/out-ours" | tee -a "$work/log"
  "${pwsh[@]}" "$work/run.ps1" "$ours" "$work/metal" "$work/out-same" "$same" | tee -a "$work/log"
done
rest=$("${pwsh[@]}" "$work/run.ps1" "$ours" "$work/metal" "$work/out-long" "$long"); echo "$rest"
awk -F'\t' -v base="$base" -v rest="${rest##*objective }" '
  { k = ($1 == base ? "base" : "ours") ", " $2; s = $3 + 0; v = $4; sub("objective ", "", v)
    if (!(k in least)) { order[++n] = k; least[k] = s } else if (s < least[k]) least[k] = s
    value[k] = v }
  END { for (i = 1; i <= n; i++) { k = order[i]
      printf "TV a slice, %s: %.2f s, %.4f %% above the rest, base / this %.2f\n",
        k, least[k], 100 * (value[k] / rest - 1), least[order[1]] / least[k] } }' "$work/log"
