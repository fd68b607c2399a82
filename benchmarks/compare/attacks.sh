#!/bin/bash
# Usage: attacks.sh DATA MODEL-A.safetensors CNN.pt, with the folder above mnist.
# PGD of 100 steps on 100 images, ours and PyTorch 1.13's in turns: Model A, and a small CNN with batch norm as TorchScript
# (files that you give). The ratio that counts is of the seconds that each prints itself, the attack's alone. The last
# rows are not the same work: ours lets an image go once it is turned; the accuracy beside it says that nothing is lost.
data=$1; threads=2; modelA=$2; program=$3
cd "$(dirname "$0")/../.." || exit 1
lscpu | grep 'Model name'; nproc; date
dotnet build -c Release benchmarks/speed -v q --nologo > /dev/null || exit 1
ours() { dotnet artifacts/bin/Thesis.Speed/release/Thesis.Speed.dll attack-scale --model "$1" --dataset mnist --data $data --count 100 --threads $threads "${@:2}" | grep PGD | sed 's/^/ours:    /'; }
peer() { MALLOC_TRIM_THRESHOLD_=1000000000 MALLOC_MMAP_THRESHOLD_=1000000000 /usr/bin/python3 benchmarks/peers/attacks_pytorch.py "$1" $data/mnist/t10k-images-idx3-ubyte.gz $data/mnist/t10k-labels-idx1-ubyte.gz --count 100 --time-pgd --threads $threads "${@:2}" | sed 's/^/pytorch: /'; }
for turn in 1 2; do echo "$(basename $modelA), turn $turn"; ours $modelA; peer $modelA; done
for turn in 1 2 3 4 5; do echo "$(basename $program), turn $turn"; ours $program; peer $program; done
for epsilon in 25 75; do
  echo "mnist-a.safetensors, epsilon $epsilon, ours on survivors only, stopping at the goal"
  ours "$modelA" --epsilon $epsilon --early-stop true
done
echo "mnist-a.safetensors, epsilon 75, all steps on all images"
ours "$modelA" --epsilon 75; peer "$modelA" --epsilons 75
