"""How far the hdbscan package and the module agree on a real set, and what equal edges have to do with it.

    /usr/bin/python3 benchmarks/peers/hdbscan_ties.py FEATURES.npy OURS.txt SIZE POINTS

OURS.txt has the module's cluster of each face, one a line, noise as clusters of one: the property Cluster of
Invoke-FaceClustering -Method HDBSCAN -MinimumClusterSize SIZE -MinimumPoints POINTS. The package makes a minimum spanning tree
of the mutual reachability distance and, by its own way of removing one edge after another, its labels; edges of that tree whose
lengths differ by at most 1e-6 are then removed together, as Campello, Moulavi and Sander say of equal ones (most are a core distance
that several pairs share, but for rounding). Counts the faces whose clusters have the same members. Needs numpy and hdbscan.
"""
import sys
from collections import defaultdict

import numpy as np
from hdbscan import HDBSCAN
from hdbscan._hdbscan_linkage import mst_linkage_core_vector
from hdbscan.dist_metrics import DistanceMetric


def spanning_tree(unit, points):
    nearest = -np.partition(-(unit @ unit.T), points - 1, axis=1)[:, :points]
    core = np.sqrt(np.maximum(0, 2 - 2 * nearest.min(1)))
    return mst_linkage_core_vector(np.ascontiguousarray(unit), core, DistanceMetric.get_metric("euclidean"), 1.0)


class Sets:
    def __init__(self, count):
        self.parent = list(range(count))

    def find(self, a):
        while self.parent[a] != a:
            self.parent[a] = self.parent[self.parent[a]]
            a = self.parent[a]
        return a


def hierarchy(edges, count, tolerance):
    """Components by rising length, their parts, sizes and lengths; the points first."""
    edges = edges[np.argsort(edges[:, 2], kind="stable")]
    sets, node = Sets(count), list(range(count))
    parts, sizes, lengths = [[] for _ in range(count)], [1] * count, [0.0] * count
    first = 0
    while first < len(edges):
        end = first + 1
        while end < len(edges) and edges[end, 2] - edges[first, 2] <= tolerance:
            end += 1
        joined = [(int(a), int(b)) for a, b, _ in edges[first:end]]
        member = {}
        for pair in joined:
            for point in pair:
                member.setdefault(node[sets.find(point)], point)
        for a, b in joined:
            sets.parent[sets.find(a)] = sets.find(b)
        together = defaultdict(list)
        for part, point in member.items():
            together[sets.find(point)].append(part)
        for root, part in together.items():
            parts.append(part)
            sizes.append(sum(sizes[p] for p in part))
            lengths.append(edges[end - 1, 2])
            node[root] = len(parts) - 1
        first = end
    return parts, sizes, lengths


def leaves(node, parts):
    below = [node]
    while below:
        node = below.pop()
        below += parts[node]
        if not parts[node]:
            yield node


def select(parts, sizes, lengths, count, least):
    """The clusters of most excess of mass; -1 is noise."""
    parent, birth, stability, inside = [-1], [0.0], [0.0], np.full(count, -1)
    work = [(len(parts) - 1, 0)]
    while work:
        node, cluster = work.pop()
        density = 1 / lengths[node]
        large = [p for p in parts[node] if sizes[p] >= least]
        staying = sizes[large[0]] if len(large) == 1 else 0
        stability[cluster] += (sizes[node] - staying) * (density - birth[cluster])
        for p in parts[node]:
            if sizes[p] < least:
                inside[list(leaves(p, parts))] = cluster
            elif len(large) == 1:
                work.append((p, cluster))
            else:
                parent.append(cluster)
                birth.append(density)
                stability.append(0.0)
                work.append((p, len(parent) - 1))
    best, below, kept = stability[:], [0.0] * len(parent), [False] * len(parent)
    has_parts = set(parent)
    for c in range(len(parent) - 1, 0, -1):
        kept[c] = c not in has_parts or best[c] >= below[c]
        best[c] = best[c] if kept[c] else below[c]
        below[parent[c]] += best[c]
    outer = [-1] * len(parent)
    for c in range(1, len(parent)):
        outer[c] = outer[parent[c]] if outer[parent[c]] >= 0 else c if kept[c] else -1
    return np.array([outer[c] for c in inside])


def same(a, b):
    members = []
    for labels in (a, b):
        labels = np.where(labels < 0, len(labels) + np.arange(len(labels)), labels)
        groups = defaultdict(list)
        for i, label in enumerate(labels):
            groups[label].append(i)
        members.append([groups[label] for label in labels])
    return sum(x == y for x, y in zip(*members))


def main():
    unit = np.load(sys.argv[1]).astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    ours = np.loadtxt(sys.argv[2], dtype=int)
    size, points = int(sys.argv[3]), int(sys.argv[4])
    # The package does not count the point itself.
    package = HDBSCAN(min_cluster_size=size, min_samples=points - 1, algorithm="prims_kdtree").fit_predict(unit)
    together = select(*hierarchy(spanning_tree(unit, points), len(unit), 1e-6), len(unit), size)
    print("faces", len(unit))
    print("module as package", same(ours, package))
    print("module as package's tree, equal edges together", same(ours, together))


main()
