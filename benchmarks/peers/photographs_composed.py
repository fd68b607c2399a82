"""Photographs to measure Get-FaceFeature on where LFW itself is not at hand: aligned faces in the middle of 250 x 250 pixels.

    /usr/bin/python3 benchmarks/peers/photographs_composed.py DATA/lfw_aligned64/faces.zip FOLDER [--count 1000]

Every k-th of the archive's crops of 64 x 64, enlarged to 130, before its own blur; JPEG of quality 90. Needs Debian's
python3-opencv and python3-numpy.
"""
import argparse
import os
import zipfile

import cv2
import numpy as np

SIDE, FACE, QUALITY = 250, 130, 90

parser = argparse.ArgumentParser()
parser.add_argument("archive")
parser.add_argument("folder")
parser.add_argument("--count", type=int, default=1000)
arguments = parser.parse_args()
os.makedirs(arguments.folder, exist_ok=True)
with zipfile.ZipFile(arguments.archive) as archive:
    names = sorted(name for name in archive.namelist() if name.lower().endswith((".jpg", ".png")))
    step = max(1, len(names) // arguments.count)
    for i, name in enumerate(names[::step][:arguments.count]):
        crop = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_COLOR)
        face = cv2.resize(crop, (FACE, FACE), interpolation=cv2.INTER_CUBIC)
        photograph = cv2.resize(cv2.GaussianBlur(face, (0, 0), 9), (SIDE, SIDE))
        start = (SIDE - FACE) // 2
        photograph[start:start + FACE, start:start + FACE] = face
        cv2.imwrite(os.path.join(arguments.folder, f"{i:05d}.jpg"), photograph, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
