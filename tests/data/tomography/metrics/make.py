"""Pairs of small images and their PSNR and SSIM by scikit-image: metrics.json."""
import json
import os

import numpy as np
import skimage
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

MU = 0.192
rng = np.random.default_rng(4)
y, x = np.mgrid[0:24, 0:30]
base = MU * (1 + 0.25 * np.sin(x / 4.0) * np.cos(y / 3.0) + 0.15 * (x > 15))
cases = []
for name, noise, scale, metal in (("noise", 0.01, 1.0, 0), ("bias", 0.003, 1.06, 0), ("metal", 0.02, 1.0, 40)):
    truth = base.astype(np.float32)
    image = (scale * base + noise * rng.standard_normal(base.shape)).astype(np.float32)
    mask = np.zeros(base.shape, bool)
    mask.ravel()[300:300 + metal] = True
    image[mask] = 2.5
    scores = {}
    for kind, least, most in (("window", MU * (1 - 0.175), MU * (1 + 0.275)), ("full", 0.0, 0.5)):
        a, b = (np.where(mask, 0, np.clip((v.astype(float) - least) / (most - least), 0, 1)) for v in (image, truth))
        scores["psnr_" + kind] = peak_signal_noise_ratio(b, a, data_range=1)
        scores["ssim_" + kind] = structural_similarity(
            b, a, data_range=1, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
    d = (image.astype(float) - truth)[~mask]
    scores["rmse_hu"] = float(np.sqrt(np.mean(d * d)) / MU * 1000)
    cases.append(dict(name=name, rows=24, columns=30, image=[float(str(v)) for v in image.ravel()],
                      truth=[float(str(v)) for v in truth.ravel()], metal=[int(i) for i in np.flatnonzero(mask)], **scores))
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "metrics.json"), "w") as file:
    json.dump(cases, file)
print("scikit-image", skimage.__version__, "numpy", np.__version__)
for c in cases:
    print(c["name"], {k: v for k, v in c.items() if isinstance(v, float)})
