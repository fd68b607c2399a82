"""Seconds a sample that LIBLINEAR takes for (2.7) with all negatives, and its objective.

usage: python3 benchmarks/peers/solvers_liblinear.py <folder of lfw_mobilefacenet128> [samples] [K] [K']

Every sample has its K nearest points as positives and NNList[K' : N] as negatives, C = 10, weights C_p and C_n of
(2.7), bias regularised (-s 2 -B 1), through scikit-learn's copy of LIBLINEAR: at its default tolerance (1e-2 for
-s 2), which is what the dissertation ran, and at 1e-6. Only the fit is timed; reading and neighbours are not.
"""
import os, sys, time, warnings
import numpy as np
from sklearn.svm import LinearSVC

warnings.filterwarnings("ignore")
folder = sys.argv[1]
samples, k, first = [int(v) for v in (sys.argv[2:] + ["10", "5", "200"][len(sys.argv) - 2:])]
x = np.load(os.path.join(folder, "features.npy")).astype(np.float64)
x /= np.linalg.norm(x, axis=1, keepdims=True)
chosen = np.linspace(0, len(x) - 1, samples).astype(int)
print("%d points of %d values, K = %d, K' = %d, %d samples" % (*x.shape, k, first, samples))
for tolerance in (1e-2, 1e-6):
    seconds, objectives = [], []
    for i in chosen:
        similarity = x @ x[i]
        similarity[i] = 2
        order = np.argsort(-similarity, kind="stable")
        z = np.ascontiguousarray(x[np.r_[order[:k], order[first - 1:]]])
        y = np.r_[np.ones(k), -np.ones(len(z) - k)]
        cost = {1: 10 * len(z) / k, -1: 10 * len(z) / (len(z) - k)}
        svm = LinearSVC(loss="squared_hinge", dual=False, C=1, class_weight=cost, intercept_scaling=1, tol=tolerance,
                        max_iter=1000)
        start = time.perf_counter()
        svm.fit(z, y)
        seconds.append(time.perf_counter() - start)
        f = z @ svm.coef_[0] + svm.intercept_[0]
        loss = np.where(y > 0, cost[1], cost[-1]) * np.maximum(0, 1 - y * f) ** 2
        objectives.append(0.5 * (svm.coef_ ** 2).sum() + 0.5 * svm.intercept_[0] ** 2 + loss.sum())
    print("tolerance %g: %.4f s a sample (median %.4f), mean objective %.6f"
          % (tolerance, np.mean(seconds), np.median(seconds), np.mean(objectives)))
    print("  objectives:", " ".join("%.5f" % v for v in objectives))
