"""Makes aapm.npy and aapm.json: the measures and scores of the AAPM CT-MAR challenge on a small made case, by NumPy and SciPy,
and pairs.json: Wilcoxon's test by SciPy, or by all choices of signs where there are ties. Run: python3 make.py"""
import itertools
import json
import numpy as np
from scipy import ndimage, stats

N = 96
rng = np.random.default_rng(7)
y, x = np.mgrid[:N, :N].astype(float)


def ellipse(cy, cx, ry, rx):
    return ((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2 <= 1


truth = np.full((N, N), -1000.0)
truth[ellipse(48, 47, 36, 42)] = -100
truth[ellipse(48, 47, 31, 37)] = 40
truth[ellipse(40, 30, 14, 9)] = -800
truth[ellipse(60, 60, 8, 10)] = 700
truth[ellipse(60, 60, 5, 7)] = 250
truth[ellipse(70, 25, 5, 6)] = 900
truth[5:9, 10:80] = -200  # a table, apart from the body
truth = ndimage.gaussian_filter(truth, 0.8) + rng.normal(0, 9, (N, N))
metal = ellipse(52, 50, 3.2, 4.1) | ellipse(30, 62, 2.1, 2.1)
angle = np.arctan2(y - 52, x - 50)
streaks = 300 * np.cos(4 * angle) * np.exp(-np.hypot(y - 52, x - 50) / 18)


def with_metal(image):
    return np.where(metal, 3000, image)


source = with_metal(truth + streaks + rng.normal(0, 4, (N, N)))
nmar = with_metal(ndimage.gaussian_filter(truth + 0.06 * streaks, 0.5))
image = with_metal(ndimage.gaussian_filter(truth + 0.03 * streaks + 1, 0.6))
nmar[46:48, 50:53] = 2600  # some metal too much
image[55:57, 40:44] = 2700
planes = np.rint(np.stack([truth, source, nmar, image, metal])).astype(np.float16)
np.save("aapm.npy", planes)
truth, source, nmar, image = planes[:4].astype(np.float64)


def length(pixels):
    return int(np.floor(pixels * N / 512 + 0.5))


def disc(radius):
    j = np.arange(-radius, radius + 1)
    return j[:, None] ** 2 + j[None] ** 2 <= radius ** 2


def dilated(mask, radius):
    return ndimage.binary_dilation(mask, structure=disc(radius)) if radius else mask


def gauss(values, sigma, radius):
    return ndimage.correlate1d(ndimage.correlate1d(values, k := taps(sigma, radius), 0, mode="nearest"), k, 1, mode="nearest")


def taps(sigma, radius):
    k = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    return k / k.sum()


# Regions.
labels, count = ndimage.label(truth > -300)
body = labels == 1 + np.argmax([np.sum(labels == k) for k in range(1, count + 1)])
body = ndimage.binary_fill_holes(body)
around = ndimage.binary_dilation(metal, iterations=2)
measured = body & ~around
smooth = gauss(truth, 1, 2)
near = dilated(metal, length(20))
radius, step = max(3, length(10)), max(1, length(4))
best, circle = np.inf, None
for cy in range(radius, N - radius, step):
    for cx in range(radius, N - radius, step):
        here = np.hypot(y - cy, x - cx) <= radius
        if not measured[here].all() or np.abs(smooth[here]).max() > 150:
            continue
        cost = truth[here].std() + np.abs(source - truth)[here].mean()
        if cost < best:
            best, circle = cost, here
soft, bone_tissue, fat = (smooth >= -30) & (smooth < 150), (smooth >= 150) & (smooth < 2500), (smooth >= -150) & (smooth < -30)
edges = [measured & ~dilated(smooth < -300, 4) & dilated(soft, 2) & dilated(other, 2) for other in (bone_tissue, fat)]
edges = [e for e in edges if e.sum() >= 40]
sigma = max(1, 2 * N / 512)
strength = np.abs(gauss(np.where(around, 0, source - truth), sigma, int(np.ceil(3 * sigma))))
strongest = measured & (strength >= np.percentile(strength[measured], 90))


def sobel(values):
    return np.hypot(ndimage.sobel(values, 0), ndimage.sobel(values, 1))


def similarity(values):
    a, b = (np.where(around, 100.0, v) for v in (values, truth))

    def mean(v):
        return ndimage.gaussian_filter(v, 1.5, truncate=3.5)
    ma, mb = mean(a), mean(b)
    va, vb, vab = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    c1, c2 = (0.01 * 5000) ** 2, (0.03 * 5000) ** 2
    return ((2 * ma * mb + c1) * (2 * vab + c2) / ((ma ** 2 + mb ** 2 + c1) * (va + vb + c2)))[measured].mean()


def overlap(seen, expected):
    return abs(1 - seen.sum() / expected.sum()), 2 * (seen & expected).sum() / (seen.sum() + expected.sum())


def power(values):
    p = np.interp(values, [-1000, -200, -120, -20, 50, 100, 140, 2990, 2995, 999960],
                  [0, 0.788, 0.897, 1.003, 1.038, 1.084, 1.097, 2.732, 3.2, 3.2])
    return np.where((values < -1000) | ~body | metal, 0, p)


def shift(values):
    cy, cx = np.argwhere(body).mean(0)
    target = np.hypot(y - cy, x - cx) <= max(1, length(30))
    worst = 0
    for turn in range(4):
        t, seen, expected = (np.rot90(v, turn) for v in (target, power(values), power(truth)))
        change, longest = 0, 0
        for row in range(N):
            inside = np.flatnonzero(t[row])
            if inside.size == 0:
                continue
            reference = expected[row, :inside[-1]].sum()
            change, longest = max(change, abs(seen[row, :inside[-1]].sum() - reference)), max(longest, reference)
        worst = max(worst, change / longest)
    return worst


def measure(values):
    difference = np.sort((values - truth)[strongest])
    tail = int(0.05 * difference.size)
    bone = [(v >= 150) & (v < 2500) & body & ~metal for v in (values, truth)]
    bone_volume, bone_dice = overlap(*bone)
    metal_volume, metal_dice = overlap(near & (values > truth[near & ~metal].max() + 250), metal)
    return dict(
        rmse=np.sqrt(((values - truth)[measured] ** 2).mean()), noise=values[circle].std(),
        sharpness=np.mean([np.percentile(sobel(values)[e], 90) / np.percentile(sobel(truth)[e], 90) for e in edges]),
        streak=difference[-tail:].mean() - difference[:tail].mean(), similarity=similarity(values), boneVolume=bone_volume,
        boneDice=bone_dice, metalVolume=metal_volume, metalDice=metal_dice, rangeShift=shift(values))


def score(m, anchor):
    def anchored(value, reference, least):
        return float(np.clip(2 * value / max(reference, least), 0, 4))
    result = dict(
        accuracy=anchored(m["rmse"], anchor["rmse"], 1),
        noise=float(np.clip(4 * (m["noise"] / max(truth[circle].std(), 5) - 1), 0, 4)),
        sharpness=float(np.interp(m["sharpness"], [0.56, 0.67, 0.85, 0.94, 1], [4, 3, 2, 1, 0])),
        streaks=anchored(m["streak"], anchor["streak"], 1),
        similarity=anchored(1 - m["similarity"], 1 - anchor["similarity"], 0.001),
        bone=np.mean([anchored(m["boneVolume"], anchor["boneVolume"], 0.02), anchored(1 - m["boneDice"], 1 - anchor["boneDice"], 0.02)]),
        metal=np.mean([anchored(m["metalVolume"], anchor["metalVolume"], 0.1), anchored(1 - m["metalDice"], 1 - anchor["metalDice"], 0.05)]),
        range=min(4, m["rangeShift"] / 0.005))
    result["mean"] = float(np.mean(list(result.values())))
    return result


anchor = measure(nmar)
cases = {name: dict(measures=measure(v), scores=score(measure(v), anchor))
         for name, v in dict(source=source, nmar=nmar, image=image).items()}
json.dump(cases, open("aapm.json", "w"), indent=1, default=float)


def all_signs(d):
    d = d[d != 0]
    ranks = stats.rankdata(np.abs(d))
    w = min(ranks[d > 0].sum(), ranks[d < 0].sum())
    sums = [sum(r for r, s in zip(ranks, signs) if s) for signs in itertools.product([0, 1], repeat=len(d))]
    return w, min(1, 2 * sum(s <= w for s in sums) / len(sums))


pairs = []
for n, scale in [(5, 0), (12, 0.3), (30, 0.4), (50, 0.2), (120, 0.2)]:
    a = rng.normal(scale, 1, n).round(6)
    w, p = stats.wilcoxon(a, mode="exact" if n <= 50 else "approx")
    pairs.append(dict(a=a.tolist(), b=[0.0] * n, statistic=w, p=p))
tied = np.array([1, 1, -1, 2, 2, 2, -2, 3, 0, 0, 3, -3, 4, 5.0])
w, p = all_signs(tied)
pairs.append(dict(a=tied.tolist(), b=[0.0] * tied.size, statistic=w, p=p))
many = rng.integers(-3, 5, 90).astype(float)
w, p = stats.wilcoxon(many, mode="approx")
pairs.append(dict(a=many.tolist(), b=[0.0] * many.size, statistic=w, p=p))
for pair in pairs:
    d = np.array(pair["a"]) - np.array(pair["b"])
    means = rng.choice(d, (20000, d.size)).mean(1)
    pair["low"], pair["high"] = np.percentile(means, [2.5, 97.5])
json.dump(pairs, open("pairs.json", "w"), default=float)
