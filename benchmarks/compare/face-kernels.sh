#!/bin/bash
# Exact neighbours (lists of 32) and average linkage of generated faces (ijbb-1845, seed 3, 68,195 x 320): CPU seconds of
# two builds in turns, the peak of each process, and whether lists and trees are the same bytes.
# Usage: face-kernels.sh OURS BASE [N=68195] [REPEATS=2] [WIDTH=256], two checkouts that are built. WIDTH 256 makes .NET
# answer Vector512.IsHardwareAccelerated with false, as it does by itself on Cascade Lake; 512 is the processor's own answer
# elsewhere.
set -euo pipefail
tree=$1 base=$2 count=${3:-68195} repeats=${4:-2} width=${5:-256}
work=${FACE_KERNELS_TMP:-/tmp/face-kernels}
mkdir -p "$work"
source=$(dirname "$(readlink -f "$0")")/face-kernels
grep -m1 'model name' /proc/cpuinfo; uptime
if [ ! -f "$work/ijbb/features.npy" ]; then
    dotnet tool exec --yes powershell@7.6.9 -- -NoProfile -Command \
        "Import-Module $base/Thesis.psd1; \$null = New-SyntheticFace -Protocol ijbb-1845 -Seed 3 -Destination $work/ijbb"
fi
for name in base now; do
    [ $name = base ] && engine=$base/bin/engine || engine=$tree/bin/engine
    rm -rf "$work/src-$name"; cp -r "$source" "$work/src-$name"
    dotnet build "$work/src-$name" -c Release -v q --nologo -p:Engine="$engine" -o "$work/$name" > "$work/$name.log" || { cat "$work/$name.log"; exit 1; }
done
: > "$work/lines"
for i in $(seq "$repeats"); do
    for name in base now; do
        echo "$name: $(DOTNET_PreferredVectorBitWidth=$width dotnet "$work/$name/kernels.dll" "$work/ijbb/features.npy" "$count")" | tee -a "$work/lines"
    done
done
awk '{ for (i = 1; i < NF; i++) { if ($i == "neighbours") n[$1] += $(i+1); if ($i == "linkage") l[$1] += $(i+1); if ($i == "lists") h[$(i+1) " " $(i+3)] = 1 } }
END { printf "now/base: neighbours %.3f, linkage %.3f; ", n["now:"] / n["base:"], l["now:"] / l["base:"]; print (length(h) == 1 ? "lists and trees equal" : "LISTS OR TREES DIFFER") }' "$work/lines"
