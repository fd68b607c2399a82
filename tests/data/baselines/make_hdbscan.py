"""HDBSCAN on small unit features, for the engine's tests: python3 make_hdbscan.py

Labels by the naive code of hdbscan_paper.py, in float64; where the hdbscan package can be imported, also its labels.
"""
import json
import os

import numpy as np

from hdbscan_paper import hdbscan, mutual_reachability
from make import clustered, numbers

HERE = os.path.dirname(os.path.abspath(__file__))

try:
    import hdbscan as package
except ImportError:
    package = None


def case(name, rows, size, m):
    wide = rows.astype(np.float64)
    distances = np.sqrt(np.maximum(0, 2 - 2 * wide @ wide.T))
    np.fill_diagonal(distances, 0)
    labels = hdbscan(distances, size, m)
    result = dict(
        name=name, count=len(rows), dimension=rows.shape[1], rows=numbers(rows), minimumClusterSize=size, minimumPoints=m,
        labels=labels.tolist())
    note = ""
    if package is not None:
        # The package leaves the point itself out of its count.
        theirs = package.HDBSCAN(
            min_cluster_size=size, min_samples=m - 1, metric="precomputed", approx_min_span_tree=False).fit(distances).labels_
        result["packageLabels"] = theirs.tolist()
        note = "package: clusters %d noise %d, points of another cluster or noise %d" % (
            theirs.max() + 1, (theirs < 0).sum(), differing(labels, theirs))
    print(name, "clusters", labels.max() + 1, "noise", (labels < 0).sum(), note)
    return result


def differing(ours, theirs):
    """Points whose cluster, matched by its most frequent partner, is another."""
    wrong = 0
    for label in np.unique(ours):
        partner = theirs[ours == label]
        if label < 0:
            wrong += (partner >= 0).sum()
        else:
            values, counts = np.unique(partner, return_counts=True)
            wrong += len(partner) - counts.max()
    return wrong


def main():
    rng = np.random.default_rng(2013)
    groups = clustered(rng, 150, 5, 6, 0.35)
    nested = np.concatenate([clustered(rng, 60, 5, 2, 0.05), clustered(rng, 90, 5, 3, 0.4)])
    separated = clustered(rng, 120, 8, 10, 0.15)
    noise = clustered(rng, 60, 8, 60, 0.1)
    cases = [
        case("groups, five", groups, 5, 5),
        case("groups, two of one", groups, 2, 2),
        case("groups, ten of three", groups, 10, 3),
        case("nested", nested, 8, 4),
        case("separated", separated, 4, 4),
        case("noise", noise, 6, 6),
    ]
    with open(os.path.join(HERE, "hdbscan.json"), "w", encoding="utf-8") as file:
        json.dump(cases, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
