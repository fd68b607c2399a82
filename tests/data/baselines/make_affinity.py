"""Affinity propagation by scikit-learn on small unit features, for the engine's tests: python3 make_affinity.py

Its similarity is the negative squared distance, 2 s - 2 of the engine's cosine s; preferences are converted likewise.
"""
import json
import os

import numpy as np
from sklearn.cluster import AffinityPropagation

from make import clustered, numbers

HERE = os.path.dirname(os.path.abspath(__file__))


def case(name, rows, preference, damping):
    wide = rows.astype(np.float64)
    cosine = wide @ wide.T
    used = np.median(cosine[np.triu_indices(len(rows), 1)]) if preference is None else preference
    found = AffinityPropagation(damping=damping, preference=2 * used - 2, random_state=0).fit(wide)
    print(name, "exemplars", len(found.cluster_centers_indices_), "iterations", found.n_iter_)
    return dict(
        name=name, count=len(rows), dimension=rows.shape[1], rows=numbers(rows), preference=preference, damping=damping,
        median=float(np.median(cosine[np.triu_indices(len(rows), 1)])), labels=found.labels_.tolist(),
        exemplars=sorted(found.cluster_centers_indices_.tolist()), iterations=found.n_iter_)


def main():
    rng = np.random.default_rng(2007)
    groups = clustered(rng, 120, 6, 6, 0.35)
    loose = clustered(rng, 101, 8, 20, 0.6)
    separated = clustered(rng, 120, 8, 10, 0.15)
    cases = [
        case("groups, median", groups, None, 0.5),
        case("groups, few", groups, -6.0, 0.8),
        case("loose, median", loose, None, 0.7),
        case("loose, many", loose, 0.5, 0.5),
        case("separated, of ten", separated, -1.5, 0.6),
    ]
    with open(os.path.join(HERE, "affinity.json"), "w", encoding="utf-8") as file:
        json.dump(cases, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
