"""Makes solvers.json: small problems and their solutions by LIBLINEAR and LIBSVM. See README.md.
usage: python3 make.py <folder of lfw_mobilefacenet128>"""
import json, os, subprocess, sys, tempfile
import numpy as np
from sklearn.svm import SVC, OneClassSVM

rng = np.random.default_rng(20)
unit = lambda a: (a / np.linalg.norm(a, axis=1, keepdims=True)).astype(np.float32)
faces = np.load(os.path.join(sys.argv[1], "features.npy"))


def faces_around(i, positives, negatives, skip, d):
    x = unit(faces[:, :d].astype(np.float64))
    order = np.argsort(-(x @ x[i]), kind="stable")
    return x[np.r_[order[:positives], order[skip:skip + negatives]]]


def liblinear(x, p, c):
    """-s 2 -B 1 with the weights of (2.7), to a tolerance far below its default."""
    n = len(x)
    cp, cn = c * n / p, c * n / (n - p)
    with tempfile.TemporaryDirectory() as folder:
        data, model = os.path.join(folder, "data"), os.path.join(folder, "model")
        with open(data, "w") as f:
            for k, row in enumerate(x):
                values = " ".join("%d:%.9g" % (j + 1, v) for j, v in enumerate(row))
                f.write("%+d %s\n" % (1 if k < p else -1, values))
        subprocess.run(["liblinear-train", "-q", "-s", "2", "-B", "1", "-c", "1", "-w1", repr(cp), "-w-1", repr(cn),
                        "-e", "1e-8", data, model], check=True)
        lines = open(model).read().split("\n")
    u = np.array([float(v) for v in lines[lines.index("w") + 1:] if v.strip()])
    y = np.r_[np.ones(p), -np.ones(n - p)]
    f = x.astype(np.float64) @ u[:-1] + u[-1]
    loss = np.where(y > 0, cp, cn) * np.maximum(0, 1 - y * f) ** 2
    return dict(kind="squared hinge", positives=p, cost=c, objective=0.5 * u @ u + loss.sum(), decision=f.tolist())


def dual(coefficients, support, x, rho, linear):
    a = np.zeros(len(x))
    a[support] = coefficients
    w = a @ x.astype(np.float64)
    return 0.5 * w @ w + linear(a), (x @ w - rho).tolist()


def one_class(x, nu):
    m = OneClassSVM(kernel="linear", nu=nu, tol=1e-10).fit(x.astype(np.float64))
    total = nu * len(x)
    o, f = dual(m.dual_coef_[0] / total, m.support_, x, -m.intercept_[0] / total, lambda a: 0.0)
    return dict(kind="one-class", nu=nu, objective=o, decision=f)


def soft_margin(x, p, c):
    y = np.r_[np.ones(p), -np.ones(len(x) - p)]
    m = SVC(kernel="linear", C=c, tol=1e-10, shrinking=False).fit(x.astype(np.float64), y)
    o, f = dual(m.dual_coef_[0], m.support_, x, -m.intercept_[0], lambda a: -(a * y).sum())
    return dict(kind="soft margin", positives=p, cost=c, objective=o, decision=f)


def random(n, d, shift=0.0):
    x = rng.standard_normal((n, d))
    x[: n // 4, 0] += shift
    return unit(x)


problems = []


def add(name, x, solution):
    problems.append(dict(name=name, dimension=x.shape[1], points=[float("%.9g" % v) for v in x.ravel()], **solution))


x = faces_around(100, 5, 40, 60, 24); add("faces, 5 against 40", x, liblinear(x, 5, 10))
x = faces_around(7, 1, 30, 60, 24); add("faces, 1 against 30", x, liblinear(x, 1, 10))
x = random(40, 6); add("random, not separable", x, liblinear(x, 10, 10))
x = random(40, 6, 3); add("random, small C", x, liblinear(x, 10, 0.01))
x = faces_around(100, 25, 0, 0, 24); add("a neighbourhood of 25 faces", x, one_class(x, 0.5))
x = faces_around(9, 12, 0, 0, 24); add("nu n is not whole", x, one_class(x, 0.3))
x = random(60, 8); add("random", x, one_class(x, 0.5))
x = random(30, 8); add("random, small nu", x, one_class(x, 0.05))
x = faces_around(100, 8, 40, 60, 24); add("faces, 8 against 40", x, soft_margin(x, 8, 10))
x = random(40, 6); add("random, not separable", x, soft_margin(x, 10, 1))
x = random(40, 6, 3); add("random, many at the bound", x, soft_margin(x, 10, 0.1))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "solvers.json"), "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(p) for p in problems) + "\n]\n")
