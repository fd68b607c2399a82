"""Average linkage on cosine distance by fastcluster: its seconds, its peak memory, and its partitions at five cuts.

    /usr/bin/python3 benchmarks/peers/linkage_fastcluster.py FEATURES.npy [--partitions LABELS.txt]

FEATURES.npy holds the rows that `dotnet run -c Release --project benchmarks/speed -- linkage-scale --features` reads.
LABELS.txt gets a line a cut, with the labels of all points: what `--partitions` of linkage-scale compares with.
Needs Debian's python3-fastcluster and python3-scipy. Memory: 8 bytes a pair.
"""
import argparse
import resource
import time

import fastcluster
import numpy as np
from scipy.cluster.hierarchy import fcluster
from scipy.spatial.distance import pdist


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("features")
    parser.add_argument("--partitions")
    arguments = parser.parse_args()

    rows = np.load(arguments.features).astype(np.float64)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    start = time.perf_counter()
    distances = pdist(rows, "cosine")
    middle = time.perf_counter()
    tree = fastcluster.linkage(distances, method="average", preserve_input=False)
    end = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"points {len(rows)}, distances {middle - start:.2f} s, linkage {end - middle:.2f} s, peak {peak:.0f} MB")

    if arguments.partitions:
        count = len(rows)
        with open(arguments.partitions, "w", encoding="ascii") as file:
            for clusters in cuts(count):
                labels = fcluster(tree, clusters, criterion="maxclust")
                file.write(f"{clusters} " + " ".join(map(str, labels)) + "\n")


def cuts(count):
    """Five cluster counts from coarse to fine."""
    return [max(1, int(count * share)) for share in (0.005, 0.02, 0.1, 0.3, 0.6)]


if __name__ == "__main__":
    main()
