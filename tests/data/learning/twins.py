"""The networks of module/Robustness/Classifiers in PyTorch, with the same names in their state_dicts."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class ModelA(nn.Module):
    def __init__(self, shape=(1, 28, 28), classes=10):
        super().__init__()
        c, h, w = shape
        self.conv1 = nn.Conv2d(c, 64, 5, padding=2)
        self.conv2 = nn.Conv2d(64, 64, 5, stride=2)
        self.fc1 = nn.Linear(64 * ((h - 5) // 2 + 1) * ((w - 5) // 2 + 1), 128)
        self.fc2 = nn.Linear(128, classes)

    def features(self, x):
        x = F.dropout(F.relu(self.conv2(F.relu(self.conv1(x)))).flatten(1), 0.25, self.training)
        return F.relu(self.fc1(x))

    def forward(self, x):
        return self.fc2(F.dropout(self.features(x), 0.5, self.training))


class SmallConvNet(nn.Module):
    def __init__(self, shape=(1, 28, 28), classes=10):
        super().__init__()
        c, h, w = shape
        self.conv1 = nn.Conv2d(c, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.fc1 = nn.Linear(64 * (h // 4) * (w // 4), 128)
        self.fc2 = nn.Linear(128, classes)

    def features(self, x):
        x = F.max_pool2d(F.relu(self.conv1(2 * x - 1)), 2)
        return F.relu(self.fc1(F.max_pool2d(F.relu(self.conv2(x)), 2).flatten(1)))

    def forward(self, x):
        return self.fc2(F.dropout(self.features(x), 0.5, self.training))


def same(x, stride):
    def zeros(n):
        total = max(0, ((n + stride - 1) // stride - 1) * stride + 3 - n)
        return total // 2, total - total // 2
    return F.pad(x, (*zeros(x.shape[3]), *zeros(x.shape[2])))


class Unit(nn.Module):
    def __init__(self, inputs, outputs, stride, first):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(inputs, eps=1e-3, momentum=1e-3)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs, eps=1e-3, momentum=1e-3)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.stride, self.added, self.first = stride, outputs - inputs, first

    def forward(self, x):
        active = F.leaky_relu(self.norm1(x), 0.1)
        y = self.conv1(same(active, self.stride))
        y = self.conv2(F.leaky_relu(self.norm2(y), 0.1))
        short = active if self.first else x
        if self.added:
            short = F.avg_pool2d(short, self.stride) if self.stride > 1 else short
            short = F.pad(short, (0, 0, 0, 0, self.added // 2, self.added - self.added // 2))
        return y + short


class WideResNet(nn.Module):
    def __init__(self, shape=(3, 32, 32), classes=10):
        super().__init__()
        self.conv = nn.Conv2d(shape[0], 16, 3, padding=1, bias=False)
        channels, self.units = 16, []
        for stage, (width, stride) in enumerate([(160, 1), (320, 2), (640, 2)]):
            for unit in range(5):
                added = Unit(channels, width, stride if unit == 0 else 1, stage == 0 and unit == 0)
                self.add_module(f"unit{stage + 1}_{unit}", added)
                self.units.append(added)
                channels = width
        self.norm = nn.BatchNorm2d(channels, eps=1e-3, momentum=1e-3)
        self.fc = nn.Linear(channels, classes)

    def features(self, x):
        mean = x.mean((1, 2, 3), keepdim=True)
        var = ((x - mean) ** 2).mean((1, 2, 3), keepdim=True)
        x = self.conv((x - mean) / var.clamp(min=1.0 / x[0].numel()).sqrt())
        for unit in self.units:
            x = unit(x)
        return F.leaky_relu(self.norm(x), 0.1).mean((2, 3))

    def forward(self, x):
        return self.fc(self.features(x))


def resnet18(shape, classes):
    """torchvision's own, with the features before its last layer."""
    import torchvision
    model = torchvision.models.resnet18(num_classes=classes)
    body = nn.Sequential(*list(model.children())[:-1])
    model.features = lambda x: body(x).flatten(1)
    return model


def fill(model):
    """Fixed weights by a formula, which tests/Thesis.Engine.Tests/Robustness/TwinTests.cs has, too."""
    state = model.state_dict()
    for k, name in enumerate(sorted(n for n in state if not n.endswith("num_batches_tracked"))):
        value = state[name]
        wave = torch.sin(0.1 * k + 0.7 * torch.arange(value.numel(), dtype=torch.float64)).reshape(value.shape)
        if value.dim() >= 2:
            wave = wave / value[0].numel() ** 0.5
        elif name.endswith("weight") or name.endswith("running_var"):
            wave = 1 + 0.1 * wave
        else:
            wave = 0.1 * wave
        value.copy_(wave)
    return model.eval()


def images(count, shape):
    n = count * shape[0] * shape[1] * shape[2]
    return (0.5 + 0.5 * torch.sin(0.3 * torch.arange(n, dtype=torch.float64))).reshape(count, *shape)
