"""The layers of CNNMAR's published network by NumPy alone, sums and values at places, for Networks/PriorNetworkTests.cs.

python3 cnnmar_layers.py CNNMAR_NET_EPOCH2000.NPZ > cnnmar_layers.csv

The input is (channel, row, column) -> 0.192 * (1 + 0.5 sin(0.7 channel + 0.3 row) cos(0.2 column + channel)), 3 x 20 x 24, in 1/cm.
Columns: layer, row, column, feature, value; and one row a layer with row = -1, the sum over all.
"""
import sys

import numpy as np

net = np.load(sys.argv[1])
c, i, j = np.meshgrid(np.arange(3), np.arange(20), np.arange(24), indexing="ij")
x = 0.192 * (1 + 0.5 * np.sin(0.7 * c + 0.3 * i) * np.cos(0.2 * j + c))
print("layer,row,column,feature,value")
for layer in range(1, 6):
    w, b = net[f"w{layer}"].astype(float), net[f"b{layer}"].astype(float).ravel()
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    y = np.zeros((w.shape[3], 20, 24))
    for r in range(3):
        for s in range(3):
            y += np.einsum("io,ihw->ohw", w[r, s], padded[:, r:r + 20, s:s + 24])
    y += b[:, None, None]
    x = np.maximum(y, 0) if layer < 5 else y
    print(f"{layer},-1,-1,-1,{x.sum():.12g}")
    for row, column in ((0, 0), (3, 17), (10, 11), (19, 23)):
        for feature in range(0, x.shape[0], 7):
            print(f"{layer},{row},{column},{feature},{x[feature, row, column]:.12g}")
