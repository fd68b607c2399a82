#!/bin/bash
# Usage: rescore.sh [MODEL DATASET EPSILON DATA]...
# Examples by PGD, Square and CW, written to files, read again in PyTorch and judged in batches of 7: a line for each file,
# and in the end how many predictions differ from the manifests'. Without arguments the plain and the adversarially trained
# network of tests/data/robustness/masked, all of its images; further models, TorchScript that you trust or small networks
# of Build-Classifier, follow with their dataset, a budget in pixel units and the folder above the dataset's, 200 images each.
# Needs Debian's python3-torch, and the module built. Expect 0 differences; a minute.
set -o pipefail
cd "$(dirname "$0")/../.." || exit 1
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
masked=tests/data/robustness/masked
differences=0
judge() { # model dataset epsilon data count batch
  for attack in PGD Square CW; do
    out="$folder/$(basename "$1")-$attack"
    dotnet tool exec --yes powershell -- -NoProfile -Command "Import-Module ${MODULE:-./Thesis.psd1}; New-AdversarialExample '$1' '$2' ${4:+-DataPath '$4'} \
      -First $5 -Attack $attack -Epsilon $3 -Queries 1000 -TrustedCode -ThreadCount ${THREADS:-1} -Destination '$out' | Out-Null" || exit 1
    /usr/bin/python3 benchmarks/peers/rescore_pytorch.py "$1" "$out" --batch 7 | sed "s/^/$(basename "$1") /" || differences=1
  done
}
judge $masked/plain.pt $masked 25 '' 1000
judge $masked/adversarial.pt $masked 25 '' 1000
while [ $# -ge 4 ]; do judge "$1" "$2" "$3" "$4" 200; shift 4; done
exit $differences
