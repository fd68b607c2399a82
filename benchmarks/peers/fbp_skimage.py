"""Milliseconds of scikit-image's iradon for one image, by the clock and by the processor, the least of 5 repetitions.

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
clock, processor = [], []
for _ in range(5):
    start, used = time.perf_counter(), time.process_time()
    iradon(sinogram, theta=angles, filter_name="ramp", interpolation="linear", circle=True)
    clock.append(1000 * (time.perf_counter() - start))
    processor.append(1000 * (time.process_time() - used))
print("%.1f %.1f ms of the clock and of the processor: iradon %d x %d from %d views"
      % (min(clock), min(processor), size, size, views))
