#!/bin/bash
# Photographs a second of Get-FaceFeature and of a Python loop over OpenCV, in turns, with the same two ONNX files.
#   benchmarks/compare/photographs.sh FOLDER DETECTOR.onnx MODEL.onnx [ROUNDS]
# FOLDER: photographs, such as the first 1,000 of LFW; MODEL: one that takes 112 x 96. After `./build.ps1`, on an idle machine.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(realpath "$1") detector=$(realpath "$2") model=$(realpath "$3") rounds=${4:-3}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for round in $(seq "$rounds"); do
    # The clock starts when the shell runs and stops when the file is written; the models are loaded within, on both sides.
    FOLDER=$folder DETECTOR=$detector MODEL=$model OUT=$out/ours.npz dotnet tool exec --yes powershell -- -NoProfile -Command '
        Import-Module ./Thesis.psd1
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $faces = Get-FaceFeature -LiteralPath $env:FOLDER -Recurse -DetectorPath $env:DETECTOR -ModelPath $env:MODEL -PixelScale 128 -FeaturePath $env:OUT -Force -WarningAction Ignore
        $seconds = $clock.Elapsed.TotalSeconds
        $count = @(Get-ChildItem -LiteralPath $env:FOLDER -Recurse -File).Count
        [string]::Format(
            [cultureinfo]::InvariantCulture, "Get-FaceFeature: {0} photographs, {1} faces, {2:F2} s, {3:F1} photographs a second",
            $count, $faces.Count, $seconds, ($count / $seconds))'
    printf 'OpenCV in Python: '
    /usr/bin/python3 benchmarks/peers/photographs_opencv.py "$folder" "$detector" "$model" --out "$out/theirs.npz"
done
/usr/bin/python3 benchmarks/peers/compare_features.py "$out/ours.npz" "$out/theirs.npz"
