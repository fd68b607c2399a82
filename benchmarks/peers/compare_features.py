"""Compares two npz files of faces, by photograph and place: the cosines of their features.

    /usr/bin/python3 benchmarks/peers/compare_features.py OURS.npz THEIRS.npz

Ours is of Get-FaceFeature -FeaturePath, theirs of photographs_opencv.py. Faces whose boxes lie within 3 pixels are the same.
"""
import sys

import numpy as np

ours, theirs = np.load(sys.argv[1]), np.load(sys.argv[2])
there = {}
for i, path in enumerate(theirs["photographs"]):
    there.setdefault(str(path), []).append(i)
cosines, alone = [], 0
for i, path in enumerate(ours["photographs"]):
    near = [j for j in there.get(str(path), [])
            if max(abs(ours["left"][i] - theirs["left"][j]), abs(ours["top"][i] - theirs["top"][j])) < 3]
    if not near:
        alone += 1
        continue
    a, b = ours["features"][i], theirs["features"][near[0]]
    cosines.append(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
cosines = np.array(cosines)
print(f"{len(cosines)} faces in both, {alone} in ours alone, {len(theirs['photographs']) - len(cosines)} in theirs alone; "
      f"cosine mean {cosines.mean():.5f}, least {cosines.min():.5f}")
