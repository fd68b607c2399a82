"""What a user gets elsewhere without tuning: BCubed F of scikit-learn's and hdbscan's defaults.

    /usr/bin/python3 benchmarks/peers/clustering_sklearn.py FOLDER METHODS SET [SET ...]

METHODS are DBSCAN, OPTICS, HDBSCAN and APP (DBSCAN .5, 3 on cosine distance, a photo application's rule), with commas; OPTICS
takes minutes for a thousand faces. HDBSCAN is scikit-learn's (1.3 and newer) or the hdbscan package's. FOLDER/SET.npy has the unit features and FOLDER/SET.txt one identity a line, as benchmarks/cuts --export writes them. Points
that are called noise count as clusters of one, which favours the peers. Needs numpy and scikit-learn. LABELS=DIR in the
environment writes the labels to DIR/SET-METHOD.txt.
"""
import os
import sys
import time
from pathlib import Path

import numpy as np
import sklearn
from sklearn.cluster import DBSCAN, OPTICS

try:
    from sklearn.cluster import HDBSCAN
except ImportError:
    try:
        from hdbscan import HDBSCAN
    except ImportError:
        HDBSCAN = None


def bcubed(clusters, people):
    _, both = np.unique(np.stack([clusters, people]), axis=1, return_counts=True)
    pairs = np.unique(np.stack([clusters, people]), axis=1)
    cluster_sizes = dict(zip(*np.unique(clusters, return_counts=True)))
    people_sizes = dict(zip(*np.unique(people, return_counts=True)))
    n = len(clusters)
    precision = sum(b * b / cluster_sizes[c] for b, c in zip(both, pairs[0])) / n
    recall = sum(b * b / people_sizes[p] for b, p in zip(both, pairs[1])) / n
    return 2 * precision * recall / (precision + recall)


def alone(labels):
    labels = labels.copy()
    noise = np.flatnonzero(labels < 0)
    labels[noise] = labels.max() + 1 + np.arange(len(noise))
    return labels


def hierarchical():
    """The defaults; a k-d tree is of no use in so many dimensions and the tree is exact in either case."""
    if HDBSCAN is None:
        sys.exit("HDBSCAN needs scikit-learn 1.3 or the hdbscan package.")
    return HDBSCAN() if HDBSCAN.__module__.startswith("sklearn") else HDBSCAN(algorithm="prims_kdtree")


def main():
    folder = Path(sys.argv[1])
    print("scikit-learn", sklearn.__version__)
    print("set,faces,method,clusters,bcubed_f,seconds", flush=True)
    methods = {
        "DBSCAN": DBSCAN, "OPTICS": OPTICS, "HDBSCAN": hierarchical,
        "APP": lambda: DBSCAN(eps=0.5, min_samples=3, metric="cosine")}
    for name in sys.argv[3:]:
        features = np.load(folder / (name + ".npy"))
        people = np.unique((folder / (name + ".txt")).read_text().split(), return_inverse=True)[1]
        for known in sys.argv[2].split(","):
            begin = time.time()
            found = methods[known]().fit_predict(features)
            labels = alone(found)
            print("%s,%d,%s,%d,%.4f,%.1f" % (
                name, len(people), known, len(np.unique(labels)), bcubed(labels, people), time.time() - begin), flush=True)
            if "LABELS" in os.environ:
                np.savetxt(Path(os.environ["LABELS"]) / (name + "-" + known + ".txt"), found, fmt="%d")


main()
