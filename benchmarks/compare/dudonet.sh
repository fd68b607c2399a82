#!/bin/bash
# Usage: dudonet.sh [THREADS [REPETITIONS]]. On an idle machine: DuDoNet at its published size (416 x 416, width 64), ours and Debian's
# PyTorch 1.13 in turns, same weights, inputs and threads (2), ours in float32 and, where the processor has instructions for bfloat16,
# with -MixedPrecision; each convolution alone; then RDN-CT of ours. Ours includes the Radon inversion, PyTorch's leaves it out. Of a
# busy machine, compare seconds of the processor. What counts: SE-Net and IE-Net's seconds of PyTorch over DuDoNet's of ours (forward,
# 1.5 asked, 2 the goal), both training steps (1.3), the inversion's share of our step (below 20 %), RDN-CT over DuDoNet (3.9).
# About 10 minutes of two cores.
threads=${1:-2}; repetitions=${2:-5}; folder=${TMPDIR:-/tmp}/dudonet-peer
cd "$(dirname "$0")/../.." || exit 1
lscpu | grep 'Model name'; nproc; date
dotnet build -c Release benchmarks/speed -v q --nologo > /dev/null || exit 1
ours() { dotnet artifacts/bin/Thesis.Speed/release/Thesis.Speed.dll dudonet-scale --threads $threads --repetitions $repetitions "$@" | sed 's/^/ours:    /'; }
peer() { MALLOC_TRIM_THRESHOLD_=1000000000 MALLOC_MMAP_THRESHOLD_=1000000000 /usr/bin/python3 benchmarks/peers/dudonet_pytorch.py "$folder" --threads $threads --repetitions $repetitions | sed 's/^/pytorch: /'; }
mixed() { if grep -q avx512_bf16 /proc/cpuinfo; then ours --mixed true "$@" | sed 's/ours: /mixed:/'; else echo "mixed:   not run, no avx512_bf16"; fi; }
for turn in 1 2 3; do echo "turn $turn"; ours --write "$folder"; mixed; peer; done
dotnet artifacts/bin/Thesis.Speed/release/Thesis.Speed.dll convolution-scale --threads $threads --repetitions $repetitions
ours --rdn true
mixed --rdn true
