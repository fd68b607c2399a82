#!/bin/sh
# A training step of the DCGAN (width 32, batch 64) and DefenseGAN's projection (R 10, T 200, 100 digits), here and in PyTorch
# (Debian: apt-get install python3-torch), in turn, on the same threads: milliseconds a step and an image.
#
#   benchmarks/compare/generative.sh DATA [THREADS] [PYTHON]      about ten minutes of an idle machine
#
# Ours is measured from outside: two trainings that differ by 100 steps, and the seconds that the projection's record says.
# The rows mixed are in bfloat16 on both sides; pruned, the same projection with two of ten starts after 20 steps.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
data=${1:?the folder that holds mnist}
threads=${2:-2}
python=${3:-/usr/bin/python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -m1 'model name' /proc/cpuinfo
cd "$here"
cat > "$work/ours.ps1" <<'PWSH'
param($Module, $Data, $Threads, $Work)
Import-Module $Module
$common = @{ DataPath = $Data; Width = 32; BatchSize = 64; Interval = 1000; ThreadCount = $Threads; Force = $true }
foreach ($mixed in $false, $true) {
    $seconds = foreach ($steps in 20, 120) {
        (Build-GenerativeModel mnist "$Work/g$steps.safetensors" -Iterations $steps -MixedPrecision:$mixed @common -WarningAction SilentlyContinue).Seconds
    }
    'ours {0} {1:0.0}' -f ($mixed ? 'dcgan-step-mixed' : 'dcgan-step'), (10 * ($seconds[1] - $seconds[0]))
}
$projection = @{ DataPath = $Data; First = 100; Destination = "$Work/p"; ThreadCount = $Threads; Force = $true }
foreach ($pruned in $false, $true) {
    $more = $pruned ? @{ PruneAfter = 20; PruneTo = 2 } : @{}
    'ours {0} {1:0.0}' -f ($pruned ? 'projection-image-pruned' : 'projection-image'),
        (10 * (Invoke-GenerativeProjection "$Work/g120.safetensors" mnist @projection @more).Seconds)
}
PWSH
for round in 1 2 3; do
    dotnet tool exec --yes powershell -- -NoProfile -File "$work/ours.ps1" "$here/Thesis.psd1" "$data" "$threads" "$work"
    MALLOC_TRIM_THRESHOLD_=1000000000 MALLOC_MMAP_THRESHOLD_=1000000000 "$python" benchmarks/peers/generative_pytorch.py --threads "$threads" | sed 's/^/pytorch /'
    MALLOC_TRIM_THRESHOLD_=1000000000 MALLOC_MMAP_THRESHOLD_=1000000000 "$python" benchmarks/peers/generative_pytorch.py --threads "$threads" --bfloat16 --no-projection | sed 's/^/pytorch mixed /'
done
