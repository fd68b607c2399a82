#!/bin/bash
# Usage: autoattack.sh AUTHORS DATA RESULT MODEL EPSILON...
# AutoAttack's standard version by its authors' code and by ours, on the first 200 test digits, a line for each side and
# budget in RESULT; what stands there already is not run again. AUTHORS is a clone of github.com/fra31/auto-attack (a392200),
# DATA the folder above mnist, MODEL a small network of Build-Classifier or a TorchScript that you trust. Needs Debian's
# python3-torch, and the module built. COUNT, THREADS and SEED, of the environment, are 200, 1 and 1 unless given.
# Each line ends with what each part of AutoAttack left. Expect the two counts of a budget to differ by at most one image, but
# for what the draws do: run another SEED, of both, before a larger difference is called one; about 10 minutes of a core for a model.
authors=$1; data=$(realpath "$2"); result=$(realpath -m "$3"); model=$(realpath "$4"); shift 4
count=${COUNT:-200}; threads=${THREADS:-1}; seed=${SEED:-1}
cd "$(dirname "$0")/../.." || exit 1
shell=(dotnet tool exec --yes powershell -- -NoProfile -Command)
touch "$result"
for epsilon in "$@"; do
  name="$(basename "$model") seed $seed"
  if ! grep -q "^authors: $name: AutoAttack Linf $epsilon:" "$result"; then
    PYTHONPATH=$authors /usr/bin/python3 benchmarks/peers/autoattack_authors.py "$model" \
      "$data/mnist/t10k-images-idx3-ubyte.gz" "$data/mnist/t10k-labels-idx1-ubyte.gz" \
      --count "$count" --epsilons "$epsilon" --batch "$count" --threads "$threads" --seed "$seed" | sed "s/^/authors: $name: /" >> "$result"
  fi
  if ! grep -q "^ours:    $name: AutoAttack Linf $epsilon:" "$result"; then
    "${shell[@]}" "Import-Module ${MODULE:-./Thesis.psd1}; \$row = Test-AdversarialRobustness '$model' mnist -DataPath '$data' -First $count \
      -BatchSize $count -ThreadCount $threads -Seed $seed -Attack AutoAttack -Epsilon $epsilon -TrustedCode | Where-Object Attack -EQ AutoAttack; \
      'ours:    $name: AutoAttack Linf $epsilon: {0} of {1} right, {2:F1} s, {3}' -f \$row.Correct, \$row.Count, \$row.Seconds, \$row.AccuracyByStage" >> "$result"
  fi
done
