"""Milliseconds of scikit-image's iradon for one image, the least of several repetitions.

    /usr/bin/python3 benchmarks/peers/fbp_skimage.py [SIZE] [VIEWS]

A parallel sinogram of SIZE bins and VIEWS angles on half a turn becomes an image of SIZE x SIZE: ramp filter, linear
interpolation, only the inscribed circle, which is iradon's least work for that image. `fbp-scale --peer` runs this and
divides. Needs Debian's python3-skimage.
"""
import sys
import time

import numpy as np
from skimage.transform import iradon

size, views = [int(value) for value in (sys.argv[1:] + ["416", "320"][len(sys.argv) - 1:])]
sinogram = np.random.default_rng(1).random((size, views))
angles = np.arange(views) * 180 / views
least = float("inf")
for _ in range(5):
    start = time.perf_counter()
    iradon(sinogram, theta=angles, filter_name="ramp", interpolation="linear", circle=True)
    least = min(least, time.perf_counter() - start)
print("iradon %d x %d from %d views: %.1f ms" % (size, size, views, 1000 * least))
