"""What a user gets elsewhere without tuning: BCubed F of scikit-learn's DBSCAN and OPTICS with their defaults.

    /usr/bin/python3 benchmarks/peers/clustering_sklearn.py FOLDER METHODS SET [SET ...]

METHODS is DBSCAN, OPTICS or both with a comma; OPTICS takes minutes for a thousand faces. FOLDER/SET.npy has the unit features and FOLDER/SET.txt one identity a line, as benchmarks/cuts --export writes them. Points
that are called noise count as clusters of one, which favours the peers. Needs numpy and scikit-learn.
"""
import sys
import time
from pathlib import Path

import numpy as np
import sklearn
from sklearn.cluster import DBSCAN, OPTICS


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


def main():
    folder = Path(sys.argv[1])
    print("scikit-learn", sklearn.__version__)
    print("set,faces,method,clusters,bcubed_f,seconds", flush=True)
    methods = {"DBSCAN": DBSCAN, "OPTICS": OPTICS}
    for name in sys.argv[3:]:
        features = np.load(folder / (name + ".npy"))
        people = np.unique((folder / (name + ".txt")).read_text().split(), return_inverse=True)[1]
        for method in (methods[known]() for known in sys.argv[2].split(",")):
            begin = time.time()
            labels = alone(method.fit_predict(features))
            print("%s,%d,%s,%d,%.4f,%.1f" % (
                name, len(people), type(method).__name__, len(np.unique(labels)), bcubed(labels, people),
                time.time() - begin), flush=True)


main()
