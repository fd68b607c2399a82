"""A tiny reconstruction by (4.5) with total variation, solved by split Bregman with dense algebra: variation.json."""
import json
import os

import numpy as np
import scipy.linalg

ROWS, COLUMNS, RAYS = 7, 6, 40
rng = np.random.default_rng(45)
a = (rng.random((RAYS, ROWS * COLUMNS)) * (rng.random((RAYS, ROWS * COLUMNS)) < 0.3)).astype(np.float32)
truth = np.full((ROWS, COLUMNS), 0.2)
truth[2:5, 2:4] = 0.45
used = rng.random(RAYS) < 0.7
b = (a @ truth.ravel() + 0.02 * rng.standard_normal(RAYS)).astype(np.float32)


def gradient():
    index = np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS)
    down, right = (np.zeros((ROWS * COLUMNS,) * 2) for _ in range(2))
    for i in range(ROWS):
        for j in range(COLUMNS):
            if i + 1 < ROWS:
                down[index[i, j], index[i + 1, j]], down[index[i, j], index[i, j]] = 1, -1
            if j + 1 < COLUMNS:
                right[index[i, j], index[i, j + 1]], right[index[i, j], index[i, j]] = 1, -1
    return down, right


down, right = gradient()
aw = a[used].astype(float)
bw = b[used].astype(float)
d = np.vstack([down, right])


def objective(x, lam):
    g = np.hypot(down @ x, right @ x)
    return float(np.sum((aw @ x - bw) ** 2) + lam * g.sum())


cases = []
for lam in (0.003, 0.03, 0.3):
    rho = 0.5
    factor = scipy.linalg.cho_factor(2 * aw.T @ aw + rho * d.T @ d)
    n = ROWS * COLUMNS
    z, u = np.zeros(2 * n), np.zeros(2 * n)
    for _ in range(200000):
        x = scipy.linalg.cho_solve(factor, 2 * aw.T @ bw + rho * d.T @ (z - u))
        v = d @ x + u
        length = np.hypot(v[:n], v[n:])
        shrink = np.tile(np.maximum(0, 1 - lam / rho / np.maximum(length, 1e-300)), 2)
        z = v * shrink
        r = d @ x - z
        u = u + r
        if np.abs(r).max() < 1e-13:
            break
    cases.append(dict(lam=lam, objective=objective(x, lam), x=[float(t) for t in x]))
    print(lam, objective(x, lam), "at the truth", objective(truth.ravel(), lam), "constraint", float(np.abs(r).max()))
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "variation.json"), "w") as file:
    json.dump(dict(rows=ROWS, columns=COLUMNS, rays=RAYS, matrix=[float(str(v)) for v in a.ravel()],
                   measured=[float(str(v)) for v in b], used=[bool(v) for v in used], cases=cases), file)
