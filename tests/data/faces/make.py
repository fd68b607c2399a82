"""Makes this folder's files: python3 make.py, with Debian's python3-opencv and python3-pil."""
import io
import json
import math

import cv2
import numpy as np
from PIL import Image

from onnx_bytes import field, ints, model, node, tensor

# --- models -----------------------------------------------------------------------------------------------------------

# A detector with YuNet's inputs and outputs that takes each bright cell of 32 x 32 pixels for a face of 96 x 96 around the
# cell's centre: cls is the mean brightness over 255, obj is 1; the landmarks are the template's, in a face of 112 pixels
# scaled to 96. The cells of 8 and of 16 pixels find nothing.
TEMPLATE = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]])


def detector():
    nodes, constants, outputs = [], [], []
    for stride in (8, 16, 32):
        pooled = f"pooled_{stride}"
        nodes.append(node("AveragePool", ["input"], [pooled], ints("kernel_shape", [stride] * 2), ints("strides", [stride] * 2)))
        points = ((TEMPLATE - 55.5) * 96 / 112 + 16) / 32
        heads = {
            "cls": ([1 / 765 if stride == 32 else 0] * 3, [0]),
            "obj": ([0] * 3, [1]),
            "bbox": ([0] * 12, [.5, .5, math.log(3), math.log(3)]),
            "kps": ([0] * 30, list(points.ravel())),
        }
        for name, (weights, bias) in heads.items():
            out = f"{name}_{stride}"
            constants += [tensor(out + "_w", [len(bias), 3, 1, 1], weights), tensor(out + "_b", [len(bias)], bias),
                          tensor(out + "_s", [3], [1, -1, len(bias)], kind=7)]
            nodes += [node("Conv", [pooled, out + "_w", out + "_b"], [out + "_c"]),
                      node("Transpose", [out + "_c"], [out + "_t"], ints("perm", [0, 2, 3, 1])),
                      node("Reshape", [out + "_t", out + "_s"], [out])]
            outputs.append((out, [1, "cells", len(bias)]))
    return model(nodes, constants, [("input", [1, 3, "rows", "columns"])], outputs)


def embedder(batch, name="input", size=32, rows=None):
    """The means of 8 x 8 pixels of each colour: 48 values of a face of 32 x 32."""
    nodes = [node("AveragePool", [name], ["pooled"], ints("kernel_shape", [8, 8]), ints("strides", [8, 8])),
             node("Flatten", ["pooled"], ["feature"])]
    return model(nodes, [], [(name, [batch, 3, rows or size, size])], [("feature", [batch, 3 * size * (rows or size) // 64])])


open("detector.onnx", "wb").write(detector())
open("embedder.onnx", "wb").write(embedder("faces"))
open("embedder_batch1.onnx", "wb").write(embedder(1))
open("embedder_batch4.onnx", "wb").write(embedder(4))
open("embedder_narrow.onnx", "wb").write(embedder("faces", rows=32, size=24))

# --- one picture in many files ----------------------------------------------------------------------------------------

rows, columns = 12, 20
y, x = np.mgrid[0:rows, 0:columns]
colour = np.stack([x * 12, y * 20, (x + y) * 8], axis=2).astype(np.uint8)
grey = (x * 6 + y * 10).astype(np.uint8)
alpha = np.where(x < columns // 2, 255, 64).astype(np.uint8)
truth = {}


def keep(name, pixels):
    truth[name] = np.asarray(pixels).astype(int).ravel().tolist()


def png(name, array):
    cv2.imwrite(name, array)


def on_white(pixels):
    a = alpha[..., None].astype(int)
    return (pixels * a + 255 * (255 - a) + 127) // 255


png("colour.png", colour[..., ::-1])
keep("colour.png", colour)
png("grey.png", grey)
keep("grey.png", np.repeat(grey[..., None], 3, axis=2))
png("rgba.png", np.dstack([colour[..., ::-1], alpha]))
keep("rgba.png", on_white(colour))
png("grey16.png", grey.astype(np.uint16) * 257)
keep("grey16.png", np.repeat(grey[..., None], 3, axis=2))
png("colour16.png", colour[..., ::-1].astype(np.uint16) * 257)
keep("colour16.png", colour)
Image.fromarray(np.dstack([grey, alpha]), "LA").save("grey_alpha.png")
keep("grey_alpha.png", on_white(np.repeat(grey[..., None], 3, axis=2)))
Image.fromarray(colour).quantize(32).save("palette.png")
keep("palette.png", np.asarray(Image.open("palette.png").convert("RGB")))
Image.fromarray(colour).save("lossless.webp", lossless=True)
keep("lossless.webp", colour)

# EXIF's orientation n of the same upright picture, with what libjpeg (through OpenCV, its orientation ignored) decodes, turned.
TURNS = {1: lambda p: p, 2: lambda p: p[:, ::-1], 3: lambda p: p[::-1, ::-1], 4: lambda p: p[::-1], 5: lambda p: p.transpose(1, 0, 2),
         6: lambda p: p.transpose(1, 0, 2)[:, ::-1], 7: lambda p: p[::-1, ::-1].transpose(1, 0, 2), 8: lambda p: p.transpose(1, 0, 2)[::-1]}
for n, turn in TURNS.items():
    exif = Image.Exif()
    exif[0x0112] = n
    Image.fromarray(colour).save(f"orientation{n}.jpg", quality=95, subsampling=0, exif=exif)
    stored = cv2.imread(f"orientation{n}.jpg", cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)[..., ::-1]
    upright = turn(stored)
    assert np.array_equal(upright, cv2.imread(f"orientation{n}.jpg")[..., ::-1]), n
    keep(f"orientation{n}.jpg", upright)

whole = open("orientation1.jpg", "rb").read()
open("cut.jpg", "wb").write(whole[:-60])
Image.fromarray(colour).save("animation.gif")

# --- alignment and sharpness by OpenCV --------------------------------------------------------------------------------

rng = np.random.default_rng(3)
scene = cv2.GaussianBlur(rng.integers(0, 256, (120, 160, 3), np.uint8), (0, 0), 2)
cv2.imwrite("scene.png", scene[..., ::-1])
landmarks = np.array([[50.2, 40.1], [82.7, 47.9], [61.8, 66.3], [44.9, 79.2], [73.1, 85.6]])
template = TEMPLATE.astype(np.float64)
# The least-squares similarity, as the solution of its normal equations by NumPy.
system, right = [], []
for (px, py), (qx, qy) in zip(landmarks, template):
    system += [[px, -py, 1, 0], [py, px, 0, 1]]
    right += [qx, qy]
a, b, u, v = np.linalg.lstsq(np.array(system), np.array(right), rcond=None)[0]
matrix = np.array([[a, -b, u], [b, a, v]])
# In float32, so that OpenCV rounds only the places of its samples, to 1/32 of a pixel.
crop = cv2.warpAffine(scene.astype(np.float32), matrix, (112, 112), flags=cv2.INTER_LINEAR)
luminance = crop @ np.array([.299, .587, .114], np.float32)
laplacian = cv2.Laplacian(luminance, cv2.CV_32F, ksize=1)[1:-1, 1:-1]
areas = cv2.resize(scene.astype(np.float32), (64, 48), interpolation=cv2.INTER_AREA)
json.dump({
    "pixels": truth,
    "landmarks": landmarks.tolist(), "similarity": [a, b, u, v],
    "crop": [round(float(value), 3) for value in crop[::8, ::8].ravel()],
    "sharpness": float(laplacian.astype(np.float64).var()),
    "areas": [round(float(value), 3) for value in areas[::6, ::8].ravel()],
}, open("faces.json", "w"))

# --- photographs for the detector above -------------------------------------------------------------------------------

# Three bright cells far from each other on black, the second too dark for a score of .7, the third near the edge.
photograph = np.zeros((256, 320, 3), np.uint8)
for (row, column), level in {(2, 2): 255, (2, 7): 140, (6, 8): 220}.items():
    photograph[32 * row:32 * row + 32, 32 * column:32 * column + 32] = level
cv2.imwrite("cells.png", photograph)
cv2.imwrite("empty.png", np.zeros((64, 64, 3), np.uint8))

# --- aligned faces of two people --------------------------------------------------------------------------------------

for person, (left, right) in {"bright": (180, 40), "dark": (40, 180)}.items():
    for k in range(4):
        face = np.full((32, 32), left + 10 * k * (person == "bright"), np.uint8)
        face[:, 16:] = right + 10 * k * (person == "dark")
        cv2.imwrite(f"crop_{person}_{k}.png", face)
