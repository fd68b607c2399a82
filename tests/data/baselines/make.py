"""DBSCAN and k-means by scikit-learn on small unit features, for the engine's tests: python3 make.py"""
import json
import os

import numpy as np
from sklearn.cluster import DBSCAN, KMeans

HERE = os.path.dirname(os.path.abspath(__file__))


def clustered(rng, count, dimension, clusters, spread):
    centres = rng.standard_normal((clusters, dimension))
    rows = centres[np.arange(count) % clusters] + spread * rng.standard_normal((count, dimension))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def numbers(rows):
    return [float(f"{v:.9g}") for v in rows.ravel()]


def dbscan(name, rows, radius, minimum):
    distances = np.clip(1 - rows.astype(np.float64) @ rows.T.astype(np.float64), 0, None)
    gap = np.abs(distances - radius).min()
    assert gap > 1e-6, f"{name}: a distance lies {gap} from the radius"
    found = DBSCAN(eps=radius, min_samples=minimum, metric="precomputed").fit(distances)
    core = np.zeros(len(rows), bool)
    core[found.core_sample_indices_] = True
    print(name, "clusters", found.labels_.max() + 1, "cores", core.sum(),
          "borders", ((found.labels_ >= 0) & ~core).sum(), "noise", (found.labels_ < 0).sum())
    return dict(
        name=name, count=len(rows), dimension=rows.shape[1], rows=numbers(rows), radius=radius, minimumPoints=minimum,
        labels=found.labels_.tolist(), cores=found.core_sample_indices_.tolist())


def kmeans(name, rows, k):
    best = KMeans(n_clusters=k, n_init=50, random_state=0, tol=0, max_iter=300).fit(rows.astype(np.float64))
    print(name, "inertia", best.inertia_)
    return dict(
        name=name, count=len(rows), dimension=rows.shape[1], rows=numbers(rows), clusters=k,
        inertia=float(best.inertia_), labels=best.labels_.tolist())


def main():
    rng = np.random.default_rng(1996)
    groups = clustered(rng, 150, 5, 6, 0.35)
    loose = clustered(rng, 150, 4, 8, 0.6)
    separated = clustered(rng, 200, 8, 10, 0.15)
    result = dict(
        dbscan=[
            dbscan("groups, pairs", groups, 0.02, 2),
            dbscan("groups, five", groups, 0.04, 5),
            dbscan("loose, four", loose, 0.03, 4),
            dbscan("all noise", loose, 0.001, 3),
            dbscan("one cluster", groups, 1.9, 3),
        ],
        kMeans=[kmeans("separated", separated, 10), kmeans("loose", loose, 8)])
    with open(os.path.join(HERE, "baselines.json"), "w", encoding="utf-8") as file:
        json.dump(result, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
