"""Features of photographs by a plain Python loop over OpenCV: what Get-FaceFeature is compared with.

    /usr/bin/python3 benchmarks/peers/photographs_opencv.py FOLDER DETECTOR.onnx MODEL.onnx [--scale 128] [--mirrored] [--out faces.npz]

For each photograph below FOLDER: imread, YuNet, the similarity transform, warpAffine, the face model, one after the other, as the
samples of OpenCV do it. Debian's python3-opencv is 4.6, whose FaceDetectorYN knows the models of 2022 only ("Layer with requested
id=-1 not found" for this one): the same network runs in cv2.dnn, and its outputs are decoded by NumPy, written from OpenCV's documentation,
apart from the module's code. OpenCV uses all cores. Prints photographs, faces and seconds; --out keeps the features of the
faces by file and place, for `compare_features.py` in this folder.
"""
import argparse
import os
import time

import cv2
import numpy as np

TEMPLATE = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]])
STRIDES = (8, 16, 32)
OUTPUTS = [f"{head}_{stride}" for stride in STRIDES for head in ("cls", "obj", "bbox", "kps")]


def detect(net, image, side, threshold):
    height, width = image.shape[:2]
    scale = min(1, side / max(height, width))
    small = image if scale == 1 else cv2.resize(image, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    rows, columns = (-(-n // 32) * 32 for n in small.shape[:2])
    small = cv2.copyMakeBorder(small, 0, rows - small.shape[0], 0, columns - small.shape[1], cv2.BORDER_CONSTANT)
    net.setInput(cv2.dnn.blobFromImage(small))
    outputs = dict(zip(OUTPUTS, net.forward(OUTPUTS)))
    boxes, scores, points = [], [], []
    for stride in STRIDES:
        score = np.sqrt(np.clip(outputs[f"cls_{stride}"].ravel(), 0, 1) * np.clip(outputs[f"obj_{stride}"].ravel(), 0, 1))
        kept = np.flatnonzero(score >= threshold)
        cell = np.stack([kept % (columns // stride), kept // (columns // stride)], axis=1)
        box = outputs[f"bbox_{stride}"].reshape(-1, 4)[kept]
        size = np.exp(box[:, 2:]) * stride
        boxes.append(np.hstack([(cell + box[:, :2]) * stride - size / 2, size]))
        scores.append(score[kept])
        points.append((outputs[f"kps_{stride}"].reshape(-1, 5, 2)[kept] + cell[:, None]) * stride)
    boxes, scores, points = np.vstack(boxes), np.concatenate(scores), np.vstack(points)
    best = cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), float(threshold), .3)
    return [(scores[i], boxes[i] / scale, (points[i] + .5) / scale - .5) for i in np.ravel(best).astype(int)]


def similarity(points, template):
    p, q = points - points.mean(0), template - template.mean(0)
    a = (p * q).sum() / (p ** 2).sum()
    b = (p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum() / (p ** 2).sum()
    turn = np.array([[a, -b], [b, a]])
    return np.hstack([turn, (template.mean(0) - turn @ points.mean(0))[:, None]])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("detector")
    parser.add_argument("model")
    parser.add_argument("--columns", type=int, default=96)
    parser.add_argument("--scale", type=float, default=128)
    parser.add_argument("--score", type=float, default=.7)
    parser.add_argument("--size", type=float, default=40)
    parser.add_argument("--side", type=int, default=640)
    parser.add_argument("--mirrored", action="store_true")
    parser.add_argument("--out")
    given = parser.parse_args()
    template = TEMPLATE - [(112 - given.columns) / 2, 0]
    start = time.perf_counter()
    detector, model = cv2.dnn.readNet(given.detector), cv2.dnn.readNet(given.model)
    photographs, features, places = 0, [], []
    for folder, _, names in sorted(os.walk(given.folder)):
        for name in sorted(names):
            image = cv2.imread(os.path.join(folder, name))
            if image is None:
                continue
            photographs += 1
            for _, box, points in detect(detector, image, given.side, given.score):
                if min(box[2:]) < given.size:
                    continue
                face = cv2.warpAffine(image, similarity(points, template), (given.columns, 112))
                feature = 0
                for view in ([face, face[:, ::-1]] if given.mirrored else [face]):
                    model.setInput(cv2.dnn.blobFromImage(view, 1 / given.scale, mean=(127.5,) * 3, swapRB=True))
                    feature = feature + model.forward()[0]
                features.append(feature)
                places.append((os.path.join(folder, name), box[0], box[1]))
    seconds = time.perf_counter() - start
    print(f"{photographs} photographs, {len(features)} faces, {seconds:.2f} s, {photographs / seconds:.1f} photographs a second")
    if given.out:
        np.savez(given.out, features=np.array(features), photographs=np.array([p[0] for p in places]),
                 left=np.array([p[1] for p in places]), top=np.array([p[2] for p in places]))


main()
