"""DuDoNet's networks in PyTorch, by the weights and inputs that Thesis.Speed wrote: differences, and seconds.

    dotnet run -c Release --project benchmarks/speed -- dudonet-scale --threads 2 --write /tmp/dudonet
    /usr/bin/python3 benchmarks/peers/dudonet_pytorch.py /tmp/dudonet --threads 2

Prints how far outputs are from ours, then the seconds of a slice's forward pass through SE-Net and IE-Net (eval, no_grad, batch
normalisation as modules have it) and of a training step of both. The Radon inversion between them is not run here: IE-Net gets
the reconstruction that ours made, and no gradient goes back through it; so PyTorch's times are of less work than ours. Written
from docs/tomography.md, apart from the module's code; needs Debian's python3-torch (1.13) and numpy.
"""
import argparse
import json
import os
import struct
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def read_safetensors(path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        data = file.read()
    kinds = {"F32": "<f4", "I64": "<i8"}
    metadata = header.pop("__metadata__", {})
    return {
        name: torch.from_numpy(
            np.frombuffer(data[slice(*entry["data_offsets"])], kinds[entry["dtype"]]).reshape(entry["shape"]).copy())
        for name, entry in header.items()}, metadata


class Unit(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)), inplace=True)


class UNet(nn.Module):
    def __init__(self, inputs, width, sides):
        super().__init__()
        widths = [width, 2 * width, 4 * width, 8 * width, 8 * width]
        for level in range(5):
            first = inputs if level == 0 else widths[level - 1] + sides
            setattr(self, f"down{level}a", Unit(first, widths[level]))
            setattr(self, f"down{level}b", Unit(widths[level], widths[level]))
        for level in (3, 2, 1, 0):
            below = widths[4] if level == 3 else widths[level]
            out = widths[max(0, level - 1)]
            setattr(self, f"up{level}a", Unit(widths[level] + below + sides, out))
            setattr(self, f"up{level}b", Unit(out, out))
        self.last = nn.Conv2d(width, 1, 1)

    def pair(self, name, x):
        return getattr(self, name + "b")(getattr(self, name + "a")(x))

    def forward(self, x, side=None):
        sides = [side]
        for _ in range(4):
            sides.append(None if side is None else F.avg_pool2d(sides[-1], 2))
        join = lambda image, level: image if side is None else torch.cat([image, sides[level]], 1)
        skips, hidden = [], self.pair("down0", x)
        for level in range(1, 5):
            skips.append(hidden)
            hidden = self.pair(f"down{level}", join(F.max_pool2d(hidden, 2), level))
        for level in (3, 2, 1, 0):
            finer = F.interpolate(hidden, size=skips[level].shape[2:], mode="bilinear", align_corners=False)
            hidden = self.pair(f"up{level}", join(torch.cat([skips[level], finer], 1), level))
        return self.last(hidden)


def enhance(network, sinogram, trace):
    """SE-Net: views padded to a turn, bins by their edge, the trace alone changed."""
    views, bins = sinogram.shape[2:]
    tall, wide = -(-(views + 16) // 16) * 16, -(-bins // 16) * 16
    before, left = (tall - views) // 2, (wide - bins) // 2
    after, right = tall - views - before, wide - bins - left

    def pad(x):
        return F.pad(F.pad(x, (0, 0, before, after), mode="circular"), (left, right, 0, 0), mode="replicate")

    mask = pad(trace)
    change = network(torch.cat([pad(sinogram), mask], 1), mask)
    return sinogram + trace * change[:, :, before:before + views, left:left + bins]


def seconds(repetitions, work):
    work()
    best = None
    for _ in range(repetitions):
        clock, cpu = time.perf_counter(), time.process_time()
        work()
        cost = time.perf_counter() - clock, time.process_time() - cpu
        best = cost if best is None or cost < best else best
    return f"{best[0]:.3f} s ({best[1]:.3f} s of the processor), least of {repetitions}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repetitions", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    weights, metadata = read_safetensors(os.path.join(arguments.folder, "model.safetensors"))
    width = int(metadata["width"])
    se, ie = UNet(2, width, 1), UNet(2, width, 0)
    for network, prefix in ((se, "se.unet."), (ie, "ie.unet.")):
        network.load_state_dict({k[len(prefix):]: v for k, v in weights.items() if k.startswith(prefix)})
        network.eval()
    load = lambda name: torch.from_numpy(np.load(os.path.join(arguments.folder, name + ".npy")))
    sinogram, trace, interpolated, reconstruction = map(load, ("sinogram", "trace", "interpolated", "reconstruction"))

    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, width {width}, image {tuple(interpolated.shape)}")
    with torch.no_grad():
        out = enhance(se, sinogram, trace)
        image = interpolated + ie(torch.cat([interpolated, reconstruction], 1))
        for name, value in (("output_sinogram", out), ("output_image", image)):
            ours = load(name)
            print(f"{name}: largest difference {float((value - ours).abs().max()):.2e} of {float(ours.abs().max()):.2f}")
        one = [t[:1].contiguous() for t in (sinogram, trace, interpolated, reconstruction)]

        def use():
            enhance(se, one[0], one[1])
            one[2] + ie(torch.cat([one[2], one[3]], 1))

        print("SE-Net and IE-Net, forward, batch 1:", seconds(arguments.repetitions, use))

    se.train(), ie.train()
    optimiser = torch.optim.Adam([*se.parameters(), *ie.parameters()], lr=1e-5, betas=(0.5, 0.999))
    true_sinogram, true_image = load("true_sinogram"), load("true_image")

    def step():
        optimiser.zero_grad()
        loss = F.l1_loss(enhance(se, sinogram, trace), true_sinogram)
        loss = loss + F.l1_loss(interpolated + ie(torch.cat([interpolated, reconstruction], 1)), true_image)
        loss.backward()
        optimiser.step()

    print(f"training step of both, batch {len(sinogram)}:", seconds(arguments.repetitions, step))


if __name__ == "__main__":
    main()
