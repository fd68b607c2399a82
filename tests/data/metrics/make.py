"""Scores of random clusterings, for the engine's tests: python3 make.py

BCubed and the pairwise scores are counted pair by pair, as they are defined; NMI is scikit-learn's. A negative identity
is unknown, and its point is left out of everything.
"""
import json
import os

import numpy as np
from sklearn.metrics import normalized_mutual_info_score as nmi

HERE = os.path.dirname(os.path.abspath(__file__))


def bcubed(same_group, right):
    """The mean over points of the share of the point's group that is right; a point is in its own group."""
    return float(np.mean((same_group & right).sum(axis=1) / same_group.sum(axis=1)))


def pairwise(same_group, right):
    above = np.triu_indices(len(right), 1)
    pairs = same_group[above].sum()
    return float((same_group & right)[above].sum() / pairs) if pairs else 1.0


def case(name, clusters, identities):
    known = identities >= 0
    c, l = clusters[known], identities[known]
    same_cluster = c[:, None] == c[None, :]
    same_identity = l[:, None] == l[None, :]
    return dict(
        name=name, clusters=clusters.tolist(), identities=identities.tolist(),
        bcubedPrecision=bcubed(same_cluster, same_identity), bcubedRecall=bcubed(same_identity, same_cluster),
        pairwisePrecision=pairwise(same_cluster, same_identity), pairwiseRecall=pairwise(same_identity, same_cluster),
        nmi=float(nmi(l, c, average_method="arithmetic")), nmiGeometric=float(nmi(l, c, average_method="geometric")))


def main():
    rng = np.random.default_rng(319)
    people = rng.integers(0, 12, 160)
    noisy = np.where(rng.random(160) < 0.25, rng.integers(0, 20, 160), people * 7)
    some = np.where(rng.random(160) < 0.3, -1, people)
    cases = [
        case("independent", rng.integers(0, 9, 160), people),
        case("noisy", noisy, people),
        case("noisy, some unknown", noisy, some),
        case("finer", people * 3 + rng.integers(0, 3, 160), people),
        case("coarser", people // 3, people),
        case("one cluster", np.zeros(160, int), people),
        case("all apart", np.arange(160), people),
        case("one identity", noisy, np.zeros(160, int)),
        case("perfect", (people * 5 + 2) % 13, people),
    ]
    with open(os.path.join(HERE, "scores.json"), "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
    for c in cases:
        print(c["name"], *(f"{v:.4f}" for v in c.values() if isinstance(v, float)))


if __name__ == "__main__":
    main()
