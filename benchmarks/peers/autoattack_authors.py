"""AutoAttack's own code on a Model A, a small network of Build-Classifier or a TorchScript: images still right, by epsilon.

    git clone https://github.com/fra31/auto-attack    (commit a392200)
    PYTHONPATH=auto-attack /usr/bin/python3 benchmarks/peers/autoattack_authors.py MODEL IMAGES.gz LABELS.gz \
        --count 200 --epsilons 8 16 25

The standard version. IMAGES and LABELS are idx files; epsilons are pixel units in the maximum norm, for L2 of a length.
Compare with `Test-AdversarialRobustness MODEL mnist -First 200 -Attack AutoAttack -Epsilon 8, 16, 25`. Needs Debian's
python3-torch (1.13) and numpy.
"""
import argparse
import contextlib
import io
import re
import time

import numpy as np
import torch
from autoattack import AutoAttack

from attacks_pytorch import read_idx, read_model


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("images")
    parser.add_argument("labels")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--epsilons", type=float, nargs="+", default=[8, 16, 25])
    parser.add_argument("--norm", default="Linf", choices=["Linf", "L2"])
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    model = read_model(arguments.model)
    pixels = read_idx(arguments.images)[: arguments.count].astype(np.float32) / 255
    images = torch.from_numpy(pixels)[:, None]
    classes = torch.from_numpy(read_idx(arguments.labels)[: arguments.count].astype(np.int64))
    for epsilon in arguments.epsilons:
        said = io.StringIO()
        start = time.perf_counter()
        with contextlib.redirect_stdout(said):
            attack = AutoAttack(model, norm=arguments.norm, eps=epsilon / 255, version="standard", device="cpu", verbose=True)
            attack.seed = arguments.seed
            changed = attack.run_standard_evaluation(images, classes, bs=arguments.batch)
        seconds = time.perf_counter() - start
        stages = re.findall(r"robust accuracy after (\S+): ([0-9.]+)%", said.getvalue())
        with torch.no_grad():
            right = (model(changed).argmax(1) == classes).sum().item()
        print(f"AutoAttack {arguments.norm} {epsilon:g}: {right} of {len(images)} right, {seconds:.1f} s, "
              + ", ".join(f"{name} {float(share) / 100:.4f}" for name, share in stages), flush=True)


if __name__ == "__main__":
    main()
