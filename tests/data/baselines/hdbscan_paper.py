"""HDBSCAN from the paper (Campello, Moulavi and Sander 2013), naively: its own code, O(N^2) and more, for references.

The hierarchy is walked from the top: edges of a minimum spanning tree of the mutual reachability distance are removed by
falling length, all of one length together, and the components found anew each time.
"""
import numpy as np


def mutual_reachability(distances, m):
    core = np.sort(distances, axis=1)[:, min(m, len(distances)) - 1]
    return np.maximum(np.maximum(core[:, None], core[None, :]), distances)


def components(points, mutual, below):
    """The parts of points that distances below a length connect."""
    left, parts = set(points), []
    while left:
        part, edge = set(), [left.pop()]
        while edge:
            point = edge.pop()
            part.add(point)
            near = [q for q in left if mutual[point, q] < below]
            left.difference_update(near)
            edge.extend(near)
        parts.append(sorted(part))
    return parts


def longest(points, mutual):
    """The longest edge of a minimum spanning tree of points (Prim)."""
    inside = np.asarray(points)
    distance = mutual[inside[0]][inside].copy()
    open_ = np.ones(len(inside), bool)
    open_[0] = False
    most = 0.0
    for _ in range(len(inside) - 1):
        nearest = np.flatnonzero(open_)[np.argmin(distance[open_])]
        most = max(most, distance[nearest])
        open_[nearest] = False
        distance = np.minimum(distance, mutual[inside[nearest]][inside])
    return most


def hdbscan(distances, minimum_size, m):
    mutual = mutual_reachability(distances, m)
    clusters = [dict(parent=None, birth=0.0, stability=0.0, points=list(range(len(distances))))]
    work = [0]
    while work:
        number = work.pop()
        cluster = clusters[number]
        alive = cluster["points"]
        while alive:
            length = longest(alive, mutual)
            parts = components(alive, mutual, length)
            large = [part for part in parts if len(part) >= minimum_size]
            staying = large[0] if len(large) == 1 else []
            cluster["stability"] += (len(alive) - len(staying)) * (1 / length - cluster["birth"])
            alive = staying
            if len(large) > 1:
                for part in large:
                    clusters.append(dict(parent=number, birth=1 / length, stability=0.0, points=part))
                    work.append(len(clusters) - 1)
    children = {n: [k for k, c in enumerate(clusters) if c["parent"] == n] for n in range(len(clusters))}

    def best(n):
        """The largest sum of stabilities within cluster n, and the clusters that make it."""
        below = [best(child) for child in children[n]]
        total = sum(value for value, _ in below)
        if n > 0 and (not below or clusters[n]["stability"] >= total):
            return clusters[n]["stability"], [n]
        return total, [k for _, kept in below for k in kept]

    labels = np.full(len(distances), -1)
    for label, n in enumerate(sorted(best(0)[1])):
        labels[clusters[n]["points"]] = label
    return labels
