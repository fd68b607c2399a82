"""Attacks a model of Build-Classifier, or a TorchScript, in PyTorch: accuracies to compare, or the seconds of PGD.

    /usr/bin/python3 benchmarks/peers/attacks_pytorch.py MODEL.safetensors IMAGES.gz LABELS.gz --count 200
    /usr/bin/python3 benchmarks/peers/attacks_pytorch.py MODEL.safetensors IMAGES.gz LABELS.gz --count 1000 --time-pgd

IMAGES and LABELS are idx files as MNIST's, gz or plain. The first form prints a line for each attack, as
`Test-AdversarialRobustness MODEL mnist -First 200` does for the same weights; the second is compared with
`dotnet run -c Release --project benchmarks/speed -- attack-scale`. Written from the papers, apart from the module's code;
needs Debian's python3-torch (1.13) and numpy. Epsilons are pixel units.
"""
import argparse
import gzip
import json
import math
import struct
import time

import numpy as np
import torch
import torch.nn.functional as F


def read_safetensors(path):
    """Tensors and metadata: 8 bytes of header length, a JSON header, the values."""
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", entry
        first, last = entry["data_offsets"]
        values = np.frombuffer(data[first:last], dtype="<f4").reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    return tensors, metadata


def read_idx(path):
    opened = gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")
    with opened as file:
        _, _, kind, dimensions = file.read(4)
        assert kind == 8
        shape = struct.unpack(f">{dimensions}I", file.read(4 * dimensions))
        return np.frombuffer(file.read(), dtype=np.uint8).reshape(shape)


def model_a(weights):
    def logits(images):
        hidden = F.relu(F.conv2d(images, weights["conv1.weight"], weights["conv1.bias"], padding=2))
        hidden = F.relu(F.conv2d(hidden, weights["conv2.weight"], weights["conv2.bias"], stride=2))
        hidden = F.relu(F.linear(hidden.flatten(1), weights["fc1.weight"], weights["fc1.bias"]))
        return F.linear(hidden, weights["fc2.weight"], weights["fc2.bias"])

    return logits


def small(weights):
    def logits(images):
        hidden = F.conv2d(images * 2 - 1, weights["conv1.weight"], weights["conv1.bias"], padding=1)
        hidden = F.conv2d(F.max_pool2d(hidden.relu(), 2), weights["conv2.weight"], weights["conv2.bias"], padding=1)
        hidden = F.max_pool2d(hidden.relu(), 2).flatten(1)
        hidden = F.linear(hidden, weights["fc1.weight"], weights["fc1.bias"]).relu()
        return F.linear(hidden, weights["fc2.weight"], weights["fc2.bias"])

    return logits


def read_model(path):
    """A Model A or a small network, or a TorchScript program, its parameters frozen as the module freezes them."""
    if path.endswith(".pt"):
        program = torch.jit.load(path).eval()
        for parameter in program.parameters():
            parameter.requires_grad_(False)
        return program
    weights, metadata = read_safetensors(path)
    return {"model-a": model_a, "small": small}[metadata["architecture"]](weights)


def gradient(model, images, loss):
    leaf = images.detach().requires_grad_()
    return torch.autograd.grad(loss(model(leaf)).sum(), leaf)[0]


def cross_entropy(classes):
    return lambda logits: F.cross_entropy(logits, classes, reduction="none")


def margin(logits, classes):
    others = logits.scatter(1, classes[:, None], -math.inf)
    return logits.gather(1, classes[:, None])[:, 0] - others.max(1).values


def ratio(classes):
    def loss(logits):
        ordered = logits.sort(1).values
        own = logits.gather(1, classes[:, None])[:, 0]
        rival = torch.where(own == ordered[:, -1], ordered[:, -2], ordered[:, -1])
        return -(own - rival) / (ordered[:, -1] - ordered[:, -3] + 1e-12)

    return loss


def project(images, centre, epsilon):
    return torch.min(torch.max(images, centre - epsilon), centre + epsilon).clamp(0, 1)


def noise(model, images, classes, epsilon):
    return (images + epsilon * torch.randn_like(images).sign()).clamp(0, 1)


def fgsm(model, images, classes, epsilon):
    return (images + epsilon * gradient(model, images, cross_entropy(classes)).sign()).clamp(0, 1)


def pgd(model, images, classes, epsilon, steps=100):
    changed = (images + epsilon * (2 * torch.rand_like(images) - 1)).clamp(0, 1)
    for _ in range(steps):
        changed = changed + epsilon / 4 * gradient(model, changed, cross_entropy(classes)).sign()
        changed = project(changed, images, epsilon)
    return changed


def carlini_wagner(model, images, classes, _, searches=4, steps=100, rate=0.2):
    count = len(images)
    origin = torch.atanh((2 * images - 1) * 0.999999)
    centre = (torch.tanh(origin) + 1) / 2
    constant = torch.full((count,), 10.0)
    low, high = torch.zeros(count), torch.full((count,), math.inf)
    best, length = images.clone(), torch.full((count,), math.inf)
    for _ in range(searches):
        shift = torch.zeros_like(images, requires_grad=True)
        optimiser = torch.optim.Adam([shift], lr=rate)
        found = torch.zeros(count, dtype=torch.bool)
        for _ in range(steps):
            changed = (torch.tanh(origin + shift) + 1) / 2
            distance = margin(model(changed), classes)
            loss = (constant * distance.clamp_min(0)).sum() + ((changed - centre) ** 2).sum()
            with torch.no_grad():
                sizes = (changed - images).flatten(1).norm(dim=1)
                better = (distance < 0) & (sizes < length)
                best[better], length[better] = changed[better], sizes[better]
                found |= distance < 0
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        high, low = torch.where(found, constant, high), torch.where(found, low, constant)
        constant = torch.where(torch.isinf(high), constant * 10, (low + high) / 2)
    return best


def apgd(loss_of):
    def attack(model, images, classes, epsilon, steps=100):
        loss = loss_of(classes)

        def evaluate(at):
            leaf = at.detach().requires_grad_()
            logits = model(leaf)
            losses = loss(logits)
            slope = torch.autograd.grad(losses.sum(), leaf)[0]
            return losses.detach(), slope, logits.detach().argmax(1) != classes

        start = 2 * torch.rand_like(images) - 1
        start = start / start.flatten(1).abs().max(1).values.view(-1, 1, 1, 1)
        current = (images + epsilon * start).clamp(0, 1)
        losses, slope, wrong = evaluate(current)
        best, best_loss, best_slope, reached = current.clone(), losses.clone(), slope.clone(), current.clone()
        hit, before = wrong.clone(), current.clone()
        size = torch.full((len(images), 1, 1, 1), 2 * epsilon)
        window, least, shrink = max(int(.22 * steps), 1), max(int(.06 * steps), 1), max(int(.03 * steps), 1)
        history, counted = [torch.zeros_like(losses)], 0
        halved, checked = torch.ones(len(images), dtype=torch.bool), best_loss.clone()
        for step in range(steps):
            move, before = current - before, current.clone()
            share = .75 if step > 0 else 1.0
            ahead = project(current + size * slope.sign(), images, epsilon)
            current = project(current + share * (ahead - current) + (1 - share) * move, images, epsilon)
            losses, slope, wrong = evaluate(current)
            reached[wrong] = current[wrong]
            hit |= wrong
            better = losses > best_loss
            best[better], best_slope[better], best_loss[better] = current[better], slope[better], losses[better]
            history.append(losses)
            counted += 1
            if counted == window:
                recent = history[-window - 1:]
                rises = sum((later > earlier).float() for earlier, later in zip(recent, recent[1:]))
                halve = (rises <= .75 * window) | (~halved & (checked >= best_loss))
                halved, checked = halve.clone(), best_loss.clone()
                size[halve] /= 2
                current[halve], slope[halve] = best[halve], best_slope[halve]
                counted, window = 0, max(window - shrink, least)
        return torch.where(hit.view(-1, 1, 1, 1), reached, best)

    return attack


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("images")
    parser.add_argument("labels")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--epsilons", type=float, nargs="+", default=[25, 75])
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--time-pgd", action="store_true", help="only PGD with the first epsilon, and its seconds")
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    model = read_model(arguments.model)
    pixels = read_idx(arguments.images)[: arguments.count].astype(np.float32) / 255
    images = torch.from_numpy(pixels)[:, None]
    classes = torch.from_numpy(read_idx(arguments.labels)[: arguments.count].astype(np.int64))

    attacks = [("RAND", noise), ("FGSM", fgsm), ("PGD", pgd), ("APGD-CE", apgd(cross_entropy)), ("APGD-DLR", apgd(ratio))]
    if arguments.time_pgd:
        attacks, arguments.epsilons = [("PGD", pgd)], arguments.epsilons[:1]
    runs = [(name, attack, epsilon) for name, attack in attacks for epsilon in arguments.epsilons]
    if not arguments.time_pgd:
        runs = [("Clean", lambda _, images, *__: images, 0)] + runs + [("CW", carlini_wagner, 0)]
    for name, attack, epsilon in runs:
        seconds, correct = 0.0, 0
        for batch in torch.arange(len(images)).split(arguments.batch):
            start = time.perf_counter()
            changed = attack(model, images[batch], classes[batch], epsilon / 255)
            seconds += time.perf_counter() - start
            with torch.no_grad():
                correct += (model(changed).argmax(1) == classes[batch]).sum().item()
        print(f"{name} {epsilon:g}: {correct} of {len(images)} right, {seconds:.2f} s")


if __name__ == "__main__":
    main()
