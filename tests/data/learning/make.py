"""Makes the vectors of this folder with PyTorch (run with Debian's python3-torch 1.13). See README.md."""
import json

import numpy as np
import torch
import torch.nn as nn

import safetensors_io
import twins

torch.set_num_threads(1)

# 1. A safetensors file of every type.
safetensors_io.write("python.safetensors", {
    "layer.weight": np.arange(6, dtype="<f4").reshape(2, 3) / 4,
    "layer.bias": np.array([1.5, -2.25], "<f2"),
    "step": np.array(7, "<i8"),
    "mean": np.array([np.pi], "<f8"),
    "bytes": np.array([0, 127, 255], "u1"),
    "flags": np.array([True, False], "?"),
    "small": np.array([-3, 4], "<i2"),
    "int": np.array([[-5]], "<i4"),
    "empty": np.zeros((0, 4), "<f4"),
}, {"format": "pt", "note": "written by Python: \u00e9"})

# 2. Optimisers: 25 steps on sum_i c_i (p_i - t_i)^4 / 4 + p_0 p_1, float64.
start = torch.tensor([1.0, -2.0, 0.5, 3.0], dtype=torch.float64)
scale = torch.tensor([1.0, 0.5, 2.0, 0.1], dtype=torch.float64)
target = torch.tensor([0.3, 0.7, -1.0, 2.0], dtype=torch.float64)


def optimise(make):
    p = start.clone().requires_grad_(True)
    optimiser = make([p])
    for _ in range(25):
        optimiser.zero_grad()
        ((scale * (p - target) ** 4 / 4).sum() + p[0] * p[1]).backward()
        optimiser.step()
    return p.detach().tolist()


optimisers = {
    "adam": optimise(lambda p: torch.optim.Adam(p, lr=0.05)),
    "adam_betas": optimise(lambda p: torch.optim.Adam(p, lr=2e-2, betas=(0.5, 0.9), eps=1e-7, weight_decay=0.01)),
    "sgd": optimise(lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.0)),
    "sgd_momentum": optimise(lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, weight_decay=0.01)),
}

# 3. Networks with fixed weights: logits and features in float64.
networks = {}
with torch.no_grad():
    for name, kind, shape, classes, count in [
            ("model-a", twins.ModelA, (1, 28, 28), 10, 3), ("small", twins.SmallConvNet, (3, 14, 13), 4, 3),
            ("wide-resnet", twins.WideResNet, (3, 16, 12), 10, 2),
            ("resnet18", twins.resnet18, (3, 40, 33), 5, 2)]:
        model = twins.fill(kind(shape, classes).double())
        x = twins.images(count, shape)
        networks[name] = {"shape": shape, "classes": classes, "count": count, "logits": model(x).flatten().tolist(),
                          "features": model.features(x).flatten()[:16].tolist(), "parameters": sum(p.numel() for p in model.parameters())}

json.dump({"optimisers": optimisers, "networks": networks}, open("learning.json", "w"), indent=1)

# 4. A linear classifier of 1x4x4 in ONNX (open and fixed batch) and in TorchScript.
linear = nn.Sequential(nn.Flatten(), nn.Linear(16, 3))
with torch.no_grad():
    linear[1].weight.copy_(torch.sin(torch.arange(48.0)).reshape(3, 16))
    linear[1].bias.copy_(torch.tensor([0.1, -0.2, 0.3]))
sample = torch.zeros(2, 1, 4, 4)
torch.onnx.export(linear, sample, "linear.onnx", input_names=["x"], output_names=["z"],
                  dynamic_axes={"x": {0: "n"}, "z": {0: "n"}}, opset_version=13)
torch.onnx.export(linear, sample, "linear_batch2.onnx", input_names=["x"], output_names=["z"], opset_version=13)
torch.jit.trace(linear, sample).save("linear.pt")


class Cut(nn.Module):
    """The same, and no gradient comes back."""
    def __init__(self):
        super().__init__()
        self.linear = linear

    def forward(self, x):
        return self.linear(x.detach())


class Pair(Cut):
    """Two outputs where one is wanted."""
    def forward(self, x):
        return self.linear(x), x


class View(nn.Module):
    """A convolution whose output is flattened by view, which wants the common order of memory."""
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 3, 3, padding=1)
        with torch.no_grad():
            self.conv.weight.copy_(torch.sin(torch.arange(27.0)).reshape(3, 1, 3, 3))
            self.conv.bias.zero_()

    def forward(self, x):
        return self.conv(x).view(x.size(0), 3, -1).mean(2) + self.conv(x).view(x.size(0), -1)[:, :3]


torch.jit.script(View()).save("view.pt")
torch.jit.trace(Cut(), sample).save("linear_cut.pt")
torch.jit.trace(Pair(), sample).save("linear_pair.pt")
torch.save(linear.state_dict(), "pickled.pt")

# 5. state_dicts: the small network as a training script saves it, and tensors that are stored in other orders.
small = twins.fill(twins.SmallConvNet((1, 8, 8), 3))
torch.save({"epoch": 3, "state_dict": {"module." + name: tensor for name, tensor in small.state_dict().items()},
            "optimizer": {"lr": 0.1, "betas": (0.9, 0.99)}}, "small.pth")
base = torch.arange(24.0).reshape(2, 3, 4)
torch.save({"transposed": base.permute(2, 0, 1), "part": base[1, 1:], "shared": base, "half": base[0].half(),
            "whole": torch.tensor(7), "parameter": nn.Parameter(torch.tensor([1.5, -2.0], dtype=torch.float64)),
            "empty": torch.zeros(0, 3)}, "tensors.pth")
