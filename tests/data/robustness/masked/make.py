"""Three honest networks and ten masked ones as TorchScript, and the images that they are judged on.

    cd tests/data/robustness/masked && python3 make.py          (PyTorch 1.13, one thread, two minutes)

An image of 12 x 12 has one of four patterns at a random place, on noise that leaves half of the pixels black. The honest
networks are trained here: one plainly, one adversarially (PGD of 7 steps), one plainly on two of the classes. Each masked
one is the plain network behind a mask that hides its gradients or spoils its evaluation, not its errors.
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
SIDE, CLASSES, TRAINING, TESTED = 12, 4, 6000, 100


def draw(rng, count):
    """Images of uint8, N x 1 x SIDE x SIDE, and their classes: a square, a ring, a cross, a diagonal of 6 x 6."""
    i, j = np.mgrid[0:6, 0:6]
    patterns = np.stack([
        (i > 0) & (i < 5) & (j > 0) & (j < 5), (i == 0) | (i == 5) | (j == 0) | (j == 5),
        (abs(2 * i - 5) == 1) | (abs(2 * j - 5) == 1), abs(i - j) <= 1]).astype(float)
    images, labels = np.zeros((count, 1, SIDE, SIDE)), rng.integers(0, CLASSES, count)
    for image, label in zip(images, labels):
        top, left = rng.integers(0, SIDE - 6, 2)
        image[0, top:top + 6, left:left + 6] = patterns[label] * rng.uniform(.6, 1)
    noisy = np.clip(images + rng.normal(0, .12, images.shape), 0, 1)
    return np.round(noisy * 255).astype(np.uint8), labels.astype(np.int64)


class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8)
        self.conv2, self.norm2 = nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16)
        self.conv3 = nn.Conv2d(16, 16, 3, stride=2, padding=1)
        self.linear = nn.Linear(16 * 9, classes)

    def forward(self, x):
        x = F.relu(self.norm1(self.conv1(x)))
        x = F.relu(self.conv3(F.relu(self.norm2(self.conv2(x)))))
        return self.linear(x.flatten(1))


def attack(net, x, y, epsilon, steps):
    moved = (x + torch.empty_like(x).uniform_(-epsilon, epsilon)).clamp(0, 1)
    for _ in range(steps):
        moved.requires_grad_()
        gradient = torch.autograd.grad(F.cross_entropy(net(moved), y), moved)[0]
        moved = torch.min(torch.max(moved.detach() + epsilon / 4 * gradient.sign(), x - epsilon), x + epsilon).clamp(0, 1)
    return moved.detach()


def train(images, labels, classes, epochs, epsilon=0.0):
    net = Net(classes)
    optimiser = torch.optim.Adam(net.parameters(), 2e-3)
    for _ in range(epochs):
        for rows in torch.randperm(len(images)).split(100):
            x, y = images[rows], labels[rows]
            if epsilon > 0:
                net.eval()
                x = attack(net, x, y, epsilon, 7)
            net.train()
            optimiser.zero_grad()
            F.cross_entropy(net(x), y).backward()
            optimiser.step()
    return net.eval()


class Mask(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner


class Quantised(Mask):
    def forward(self, x):
        return self.inner(torch.round(x * 16) / 16)


class Times10(Mask):
    def forward(self, x):
        return 10 * self.inner(x)


class Times1000(Mask):
    def forward(self, x):
        return 1000 * self.inner(x)


class Noise(Mask):
    def forward(self, x):
        return self.inner(x + .1 * torch.randn_like(x))


class WrongSign(Mask):
    def forward(self, x):
        logits = self.inner(x)
        return 2 * logits.detach() - logits


class Shattered(Mask):
    def forward(self, x):
        return self.inner(x + .02 * torch.sin(3000 * x))


class ZeroPath(Mask):
    def forward(self, x):
        return self.inner(x.detach()) + 0 * x.sum()


class NanGradient(Mask):
    def forward(self, x):
        return self.inner(torch.sqrt(x) * torch.sqrt(x))


class SoftmaxGiven(Mask):
    def forward(self, x):
        return torch.softmax(self.inner(x), 1)


def save(name, module, images):
    scripted = torch.jit.script(module)
    torch.jit.save(scripted, name + ".pt")
    with torch.no_grad():
        return (module(images).argmax(1) == tested_labels).float().mean().item()


rng = np.random.default_rng(7)
pixels, classes = draw(rng, TRAINING)
images, labels = torch.tensor(pixels).float() / 255, torch.tensor(classes)
tested_pixels, tested_classes = draw(rng, TESTED)
tested, tested_labels = torch.tensor(tested_pixels).float() / 255, torch.tensor(tested_classes)
np.save("test_images.npy", tested_pixels)
np.save("test_labels.npy", tested_classes)

plain = train(images, labels, CLASSES, 4)
adversarial = train(images, labels, CLASSES, 8, 40 / 255)
two = labels < 2
binary = train(images[two], labels[two], 2, 4)

for name, net in [("plain", plain), ("adversarial", adversarial)]:
    left = (net(attack(net, tested, tested_labels, 25 / 255, 40)).argmax(1) == tested_labels).float().mean().item()
    with torch.no_grad():
        top = net(tested).topk(2, 1).values
    print(name, save(name, net, tested), "PGD 25:", left, "median gap:", (top[:, 0] - top[:, 1]).median().item())
chosen = tested_labels < 2
with torch.no_grad():
    print("binary", (binary(tested[chosen]).argmax(1) == tested_labels[chosen]).float().mean().item(), int(chosen.sum()))
torch.jit.save(torch.jit.script(binary), "binary.pt")
for name, mask in [("quantised", Quantised), ("times10", Times10), ("times1000", Times1000), ("noise", Noise),
                   ("wrong-sign", WrongSign), ("shattered", Shattered), ("zero-path", ZeroPath),
                   ("nan-gradient", NanGradient), ("softmax", SoftmaxGiven)]:
    print(name, save(name, mask(plain), tested))

trained = Net(CLASSES)
trained.load_state_dict(plain.state_dict())
torch.jit.save(torch.jit.trace(trained.train(), tested[:10], check_trace=False), "training-trace.pt")
