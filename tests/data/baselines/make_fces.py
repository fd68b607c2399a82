"""FC-ES's links by naive code, and Infomap's flow and code length of them: INFOMAP=BINARY python3 make_fces.py

Links by the definition over sets (Liu 2024). BINARY is Infomap's, run with --two-level --directed and 50 trials.
"""
import json
import math
import os
import subprocess
import tempfile

import numpy as np

from make import clustered, numbers

HERE = os.path.dirname(os.path.abspath(__file__))


def links(rows, k, theta):
    x = rows.astype(np.float64)
    cosine = x @ x.T
    np.fill_diagonal(cosine, 1)
    nearest = [sorted(range(len(x)), key=lambda j: (j != i, -cosine[i, j]))[:k] for i in range(len(x))]
    chance = []
    for i, own in enumerate(nearest):
        weight = {h: math.exp(-(2 - 2 * min(1, max(0, cosine[i, h]))) / 0.5) for h in own}
        whole = sum(weight.values())
        chance.append({h: w / whole for h, w in weight.items()})
    found, margin = [], 1
    for i, own in enumerate(nearest):
        for j in own[1:]:
            p = sum((chance[i][h] + chance[j][h]) / 2 for h in chance[i] if h in chance[j])
            margin = min(margin, abs(p - theta))
            if p < theta:
                break
            found.append((i, j, min(1, p)))
    assert margin > 1e-6
    return found


def infomap(count, found):
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/net.txt", "w") as file:
            file.write("*Vertices %d\n" % count)
            for i in range(count):
                file.write('%d "%d"\n' % (i + 1, i))
            file.write("*Arcs\n")
            for i, j, p in found:
                file.write("%d %d %.17g\n" % (i + 1, j + 1, p))
        subprocess.run(
            [os.environ["INFOMAP"], folder + "/net.txt", folder, "--two-level", "--directed", "--num-trials", "50", "--seed",
             "1", "--tree", "--silent"], check=True)
        flow, module, length = [0.0] * count, [-1] * count, None
        for line in open(folder + "/net.tree"):
            if line.startswith("# codelength"):
                length = float(line.split()[2])
            if line[0] == "#":
                continue
            path, share, name = line.split()[:3]
            node = int(name.strip('"'))
            flow[node], module[node] = float(share), int(path.split(":")[0])
    return flow, module, length


def case(name, rows, k, theta):
    found = links(rows, k, theta)
    flow, module, length = infomap(len(rows), found)
    print(name, "links", len(found), "modules", len(set(module)), "code length", length)
    return dict(
        name=name, count=len(rows), dimension=rows.shape[1], rows=numbers(rows), neighbours=k, edgeProbability=theta,
        from_=[i for i, _, _ in found], to=[j for _, j, _ in found], weights=[p for _, _, p in found],
        nodeFlow=flow, modules=module, codeLength=length)


def main():
    rng = np.random.default_rng(2408)
    cases = [
        case("separated", clustered(rng, 80, 8, 8, 0.2), 10, 0.22),
        case("loose", clustered(rng, 120, 6, 12, 0.5), 12, 0.3),
        case("one of all", clustered(rng, 40, 5, 2, 0.3), 40, 0.9),
    ]
    with open(os.path.join(HERE, "fces.json"), "w", encoding="utf-8") as file:
        json.dump(cases, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
