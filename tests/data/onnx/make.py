"""Trains three small networks on MNIST and exports them as ONNX and TorchScript, with vectors. See README.md.

python3 make.py MNIST_FOLDER (Debian's python3-torch 1.13 and python3-onnx 1.12)
"""
import gzip
import json
import os
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(1)
torch.set_num_threads(1)


def idx(name, header):
    path = os.path.join(sys.argv[1], name)
    data = gzip.open(path + ".gz").read() if os.path.exists(path + ".gz") else open(path, "rb").read()
    return np.frombuffer(data, np.uint8, offset=header)


def split(prefix):
    images = torch.tensor(idx(prefix + "-images-idx3-ubyte", 16).copy()).reshape(-1, 1, 28, 28).float() / 255
    return images, torch.tensor(idx(prefix + "-labels-idx1-ubyte", 8).copy()).long()


class Cnn(nn.Module):
    """Convolutions with batch normalisation, and a dropout that must be off."""
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.LeakyReLU(0.1), nn.AvgPool2d(2),
            nn.Flatten(), nn.Dropout(0.3), nn.Linear(16 * 49, 10))

    def forward(self, x):
        return self.body((x - 0.1307) / 0.3081)


class Unit(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.a, self.b = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.na, self.nb = nn.BatchNorm2d(outputs), nn.BatchNorm2d(outputs)
        self.short = nn.Identity() if stride == 1 and inputs == outputs else nn.Conv2d(inputs, outputs, 1, stride)

    def forward(self, x):
        return F.relu(self.nb(self.b(F.relu(self.na(self.a(x))))) + self.short(x))


class Residual(nn.Module):
    """Units with shortcuts, and the mean over the image."""
    def __init__(self):
        super().__init__()
        self.units = nn.Sequential(Unit(1, 8, 1), Unit(8, 16, 2), Unit(16, 16, 1), Unit(16, 24, 2))
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        return self.fc(self.units(x).mean(dim=(2, 3)))


class Transformer(nn.Module):
    """Patches of 7x7, a class token, two blocks of attention and a perceptron with layer normalisation and GELU."""
    def __init__(self, width=24, heads=3):
        super().__init__()
        self.heads = heads
        self.patches = nn.Conv2d(1, width, 7, 7)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.places = nn.Parameter(torch.randn(1, 17, width) * 0.1)
        self.blocks = nn.ModuleList(nn.ModuleDict({
            "n1": nn.LayerNorm(width), "qkv": nn.Linear(width, 3 * width), "out": nn.Linear(width, width),
            "n2": nn.LayerNorm(width), "up": nn.Linear(width, 2 * width), "down": nn.Linear(2 * width, width)}) for _ in range(2))
        self.norm, self.fc = nn.LayerNorm(width), nn.Linear(width, 10)

    def attend(self, block, x):
        n, t, width = x.shape
        q, k, v = block["qkv"](x).reshape(n, t, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        weights = (q @ k.transpose(-2, -1) / (width // self.heads) ** 0.5).softmax(-1)
        return block["out"]((weights @ v).transpose(1, 2).reshape(n, t, width))

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.places
        for block in self.blocks:
            x = x + self.attend(block, block["n1"](x))
            x = x + block["down"](F.gelu(block["up"](block["n2"](x))))
        return self.fc(self.norm(x)[:, 0])


def train(model, images, labels, epochs):
    optimiser = torch.optim.Adam(model.parameters(), 3e-3)
    for epoch in range(epochs):
        for rows in torch.randperm(len(images)).split(64):
            optimiser.zero_grad()
            F.cross_entropy(model(images[rows]), labels[rows]).backward()
            optimiser.step()
    return model.eval()


def main():
    (images, labels), (test, truth) = split("train"), split("t10k")
    images, labels = images[:6000], labels[:6000]
    found = {}
    for name, model, opset, epochs in [("cnn", Cnn(), 9, 1), ("residual", Residual(), 13, 1), ("transformer", Transformer(), 17, 5)]:
        train(model, images, labels, epochs)
        sample = test[:4].clone().requires_grad_(True)
        logits = model(sample)
        F.cross_entropy(logits, truth[:4], reduction="sum").backward()
        np.save(name + "-logits.npy", logits.detach().numpy())
        np.save(name + "-gradient.npy", sample.grad.numpy())
        with torch.no_grad():
            correct = int((model(test[:200]).argmax(1) == truth[:200]).sum())
        found[name] = {"opset": opset, "correct": correct, "of": 200}
        torch.onnx.export(model, test[:2], name + ".onnx", opset_version=opset, input_names=["x"], output_names=["logits"],
                          dynamic_axes={"x": {0: "n"}, "logits": {0: "n"}})
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        torch.jit.save(torch.jit.trace(model, test[:2]), name + ".pt")
        print(name, found[name])
    np.save("images.npy", test[:4].numpy())
    json.dump({"torch": torch.__version__, "networks": found, "labels": truth[:4].tolist()}, open("exports.json", "w"), indent=1)


main()
