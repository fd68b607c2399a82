"""Judges saved adversarial examples by the same model in PyTorch: are the accuracies those of the files?

    python3 benchmarks/peers/rescore_pytorch.py MODEL FOLDER [--batch 7]

MODEL is a TorchScript program, a Model A or a small network of Build-Classifier; `rescore.sh` makes the folders and runs it.

FOLDER is what New-AdversarialExample wrote: npy files and manifests. Each file is read anew and classified in batches of
another size; every prediction is compared with the manifest's. The exit code is the number of differences, at most 1.
"""
import argparse
import csv
import pathlib
import sys

import numpy as np
import torch

from attacks_pytorch import read_model


def classify(model, images, batch):
    with torch.no_grad():
        return torch.cat([model(torch.from_numpy(images[i:i + batch])).argmax(1) for i in range(0, len(images), batch)]).numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--batch", type=int, default=7)
    arguments = parser.parse_args()
    model = read_model(arguments.model)
    differences = 0
    for manifest in sorted(arguments.folder.glob("*-manifest.csv")):
        with open(manifest, newline="") as lines:
            rows = list(csv.DictReader(lines))
        for name in dict.fromkeys(row["file"] for row in rows):
            chosen = [row for row in rows if row["file"] == name]
            images = np.load(arguments.folder / name)
            assert images.dtype == np.float32 and len(images) == len(chosen), name
            found = classify(model, images, arguments.batch)
            labels = np.array([int(row["label"]) for row in chosen])
            said = np.array([int(row["prediction"]) for row in chosen])
            different = int((found != said).sum())
            differences += different
            print(f"{name}: {len(chosen)} images, right {(said == labels).sum()} by the manifest, "
                  f"{(found == labels).sum()} here, {different} predictions differ")
    sys.exit(min(differences, 1))


if __name__ == "__main__":
    main()
