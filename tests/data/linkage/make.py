"""Small trees by fastcluster's average linkage, for the engine's tests: python3 make.py

Features are float32 unit rows and distances are taken in float64 from them, so that the reference is exact to float32.
"""
import json
import os

import fastcluster
import numpy as np
from scipy.spatial.distance import squareform

HERE = os.path.dirname(os.path.abspath(__file__))


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def clustered(rng, count, dimension, clusters, spread):
    centres = rng.standard_normal((clusters, dimension))
    return unit(centres[np.arange(count) % clusters] + spread * rng.standard_normal((count, dimension)))


def cosine(rows, paired):
    rows = rows.astype(np.float64)
    if not paired:
        return rows @ rows.T
    half = rows.shape[1] // 2
    product = rows[:, :half] @ rows[:, half:].T
    return (product + product.T) / 2


TRANSFORMS = {
    "OneMinus": lambda s: 1 - s,
    "Arctan": lambda s: 1 - 2 / np.pi * np.arctan(s),
    "Exponential": lambda s: np.exp(-s),
}


def case(name, rows, paired=False, transform="OneMinus"):
    distances = TRANSFORMS[transform](cosine(rows, paired))
    condensed = squareform(distances, checks=False)
    tree = fastcluster.linkage(condensed, method="average")
    gap = np.diff(tree[:, 2])
    return dict(
        name=name, count=len(rows), dimension=rows.shape[1], paired=paired, transform=transform,
        smallestGap=float(gap.min()) if len(gap) else 0.0,
        rows=[float(f"{v:.9g}") for v in rows.ravel()], z=[float(f"{v:.12g}") for v in tree.ravel()])


def main():
    rng = np.random.default_rng(2020)
    plain = clustered(rng, 200, 6, 12, 0.5)
    paired = rng.standard_normal((150, 8)).astype(np.float32)
    twice = clustered(rng, 40, 5, 6, 0.4)
    cases = [
        case("two points", clustered(rng, 2, 3, 2, 0.1)),
        case("three points", clustered(rng, 3, 3, 2, 0.1)),
        case("clusters", plain),
        case("random", clustered(rng, 120, 8, 120, 0.0)),
        case("duplicates", np.concatenate([twice, twice[::2], twice[:10]])),
        case("pairs", paired, paired=True),
        case("clusters by arctan", plain[:90], transform="Arctan"),
        case("pairs by exp", paired[:90], paired=True, transform="Exponential"),
    ]
    with open(os.path.join(HERE, "average.json"), "w", encoding="utf-8") as file:
        json.dump(cases, file, separators=(",", ":"))
        file.write("\n")
    for c in cases:
        print(c["name"], c["count"], f"smallest gap {c['smallestGap']:.1e}")


if __name__ == "__main__":
    main()
