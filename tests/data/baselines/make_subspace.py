"""SSC-OMP by naive NumPy, for the engine's tests: python3 make_subspace.py

Orthogonal matching pursuit point by point with numpy.linalg.lstsq (You, Robinson and Vidal 2016, algorithm 1), |C| + |C|^T, all
eigenvectors of D^-1/2 A D^-1/2 by numpy.linalg.eigh, and scikit-learn's k-means on the k largest, their rows scaled to length 1.
"""
import json
import os

import numpy as np
from sklearn.cluster import KMeans

from make import numbers

HERE = os.path.dirname(os.path.abspath(__file__))


def subspaces(rng, dimension, rank, count, points, noise):
    rows = []
    for _ in range(count):
        basis = np.linalg.qr(rng.standard_normal((dimension, rank)))[0]
        rows.append(rng.standard_normal((points, rank)) @ basis.T)
    rows = np.concatenate(rows)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows += noise * rng.standard_normal(rows.shape)
    rows = rows[rng.permutation(len(rows))]
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def pursue(x, most):
    n = len(x)
    c = np.zeros((n, n))
    margin = np.inf
    for j in range(n):
        support, residual = [], x[j]
        while len(support) < most and residual @ residual > 1e-6:
            gain = np.abs(x @ residual)
            gain[[j] + support] = -1
            order = np.argsort(-gain)
            margin = min(margin, gain[order[0]] - gain[order[1]])
            support.append(order[0])
            values = np.linalg.lstsq(x[support].T, x[j], rcond=None)[0]
            residual = x[j] - x[support].T @ values
        c[j, support] = values
    return c, margin


def case(name, rows, most, k):
    x = rows.astype(np.float64)
    c, margin = pursue(x, most)
    affinity = np.abs(c) + np.abs(c).T
    degree = affinity.sum(1)
    values, vectors = np.linalg.eigh(affinity / np.sqrt(np.outer(degree, degree)))
    values, vectors = values[::-1][:k], vectors[:, ::-1][:, :k]
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    labels = KMeans(n_clusters=k, n_init=50, random_state=0).fit(unit).labels_
    print(name, "nearest choice %.1e" % margin, "eigenvalues", np.round(values, 4), "sizes", np.bincount(labels))
    i, j = np.nonzero(c)
    return dict(
        name=name, count=len(rows), dimension=rows.shape[1], rows=numbers(rows), sparsity=most, clusters=k,
        from_=i.tolist(), to=j.tolist(), values=c[i, j].tolist(), eigenvalues=values.tolist(),
        eigenvectors=[float("%.12g" % v) for v in vectors.T.ravel()], labels=labels.tolist())


def main():
    rng = np.random.default_rng(2016)
    cases = [
        case("subspaces", subspaces(rng, 9, 3, 4, 25, 0.02), 3, 4),
        case("subspaces, noise", subspaces(rng, 12, 3, 5, 20, 0.08), 5, 5),
    ]
    with open(os.path.join(HERE, "subspace.json"), "w", encoding="utf-8") as file:
        json.dump(cases, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
