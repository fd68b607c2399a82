#!/bin/bash
# Usage: madry.sh DATA FOLDER. Trains, or goes on training, a small network on MNIST against PGD at epsilon 76.5/255 (the 0.3 of
# Madry et al. 2018) into FOLDER/madry.safetensors, and a plain one into FOLDER/plain.safetensors, then attacks the first 200
# test digits at 76.5: the accuracy must fall, or stay, from FGSM to PGD to PGD with 10 starts to AutoAttack. THREADS, 1
# unless given. About 10 minutes of an idle core for the training and 15 for the attacks; stopped, it goes on where it was.
# Expect 0.97 clean or more, and the ladder FGSM >= PGD >= PGD x 10 >= AutoAttack.
data=$(realpath "$1"); folder=$(realpath -m "$2"); threads=${THREADS:-1}
cd "$(dirname "$0")/../.." || exit 1
mkdir -p "$folder"
dotnet tool exec --yes powershell -- -NoProfile -Command "
  Import-Module ${MODULE:-./Thesis.psd1}
  \$common = @{ Dataset = 'mnist'; DataPath = '$data'; Architecture = 'small'; ThreadCount = $threads; Resume = \$true; Verbose = \$true }
  if (-not (Test-Path '$folder/plain.safetensors')) { Build-Classifier @common -Epochs 2 -Destination '$folder/plain.safetensors' }
  if (-not (Test-Path '$folder/madry.safetensors')) {
    Build-Classifier @common -Epochs 6 -LearningRate 0.002 -Schedule Cosine -Adversarial PGD -Epsilon 76.5 -EpsilonWarmup 0.35 \
      -AttackSteps 3 -AttackStepSize 0.45 -PicturePath '$folder/pictures' -Destination '$folder/madry.safetensors'
  }
  \$attack = @{ Path = '$folder/madry.safetensors'; Dataset = 'mnist'; DataPath = '$data'; First = 200; BatchSize = 200; Epsilon = 76.5; ThreadCount = $threads }
  Test-AdversarialRobustness @attack -Attack FGSM, PGD
  Test-AdversarialRobustness @attack -Attack PGD -Restarts 10 | Where-Object Attack -EQ PGD
  Test-AdversarialRobustness @attack -Attack AutoAttack | Where-Object Attack -EQ AutoAttack | Select-Object Attack, Correct, Count, AccuracyByStage
" | tee "$folder/ladder.txt"
