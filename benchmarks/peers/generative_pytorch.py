"""The seconds of a training step of the small DCGAN and of DefenseGAN's projection in PyTorch, on random images.

python3 benchmarks/peers/generative_pytorch.py --threads 2

The networks are those of module/Robustness/Generative/Networks/Dcgan28.cs (width 32, latent 128), the step is one of the
discriminator (hinge, spectral normalisation, images and samples in one batch) and one of the generator from the same samples,
with the discriminator's parameters frozen; the projection is R starts of T steps of SGD with momentum, all of a batch of 50
images at once. --bfloat16 puts the training under autocast. Prints name, milliseconds.
"""
import argparse
import time

import torch
from torch import nn
from torch.nn.utils import spectral_norm

WIDTH, LATENT = 32, 128


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(LATENT, 4 * WIDTH * 16)
        self.bn0, self.bn1, self.bn2 = nn.BatchNorm2d(4 * WIDTH), nn.BatchNorm2d(2 * WIDTH), nn.BatchNorm2d(WIDTH)

        def deconvolution(inputs, outputs):
            return nn.ConvTranspose2d(inputs, outputs, 5, 2, 2, 1)

        self.deconv1 = deconvolution(4 * WIDTH, 2 * WIDTH)
        self.deconv2 = deconvolution(2 * WIDTH, WIDTH)
        self.deconv3 = deconvolution(WIDTH, 1)

    def forward(self, codes):
        hidden = self.bn0(self.linear(codes).view(len(codes), -1, 4, 4)).relu()
        hidden = self.bn1(self.deconv1(hidden)[:, :, :7, :7]).relu()
        return self.deconv3(self.bn2(self.deconv2(hidden)).relu()).sigmoid()


def discriminator():
    def convolution(inputs, outputs):
        return [spectral_norm(nn.Conv2d(inputs, outputs, 5, 2, 2)), nn.LeakyReLU(0.2)]

    return nn.Sequential(
        *convolution(1, WIDTH), *convolution(WIDTH, 2 * WIDTH), *convolution(2 * WIDTH, 4 * WIDTH), nn.Flatten(),
        spectral_norm(nn.Linear(4 * WIDTH * 16, 1)))


def train(steps, batch, mixed):
    torch.manual_seed(1)
    generator, critic = Generator(), discriminator()
    images = torch.rand(1000, 1, 28, 28)
    for_generator = torch.optim.Adam(generator.parameters(), 1e-3, (0.5, 0.999))
    for_critic = torch.optim.Adam(critic.parameters(), 4e-4, (0.5, 0.999))

    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled=mixed):
            made = generator(torch.randn(batch, LATENT))
            logits = critic(torch.cat([images[torch.randint(len(images), (batch,))], made.detach()])).float()
            loss = (1 - logits[:batch]).relu().mean() + (1 + logits[batch:]).relu().mean()
        for_critic.zero_grad()
        loss.backward()
        for_critic.step()
        critic.requires_grad_(False)
        with torch.autocast("cpu", torch.bfloat16, enabled=mixed):
            loss = -critic(made).float().mean()
        for_generator.zero_grad()
        loss.backward()
        for_generator.step()
        critic.requires_grad_(True)

    for _ in range(5):
        step()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return 1000 * (time.perf_counter() - start) / steps


def project(count, restarts, steps):
    torch.manual_seed(1)
    generator = Generator().eval().requires_grad_(False)
    images = torch.rand(count, 1, 28, 28)
    start = time.perf_counter()
    for part in images.split(50):
        targets = part.repeat_interleave(restarts, 0)
        codes = torch.randn(len(targets), LATENT, requires_grad=True)
        optimiser = torch.optim.SGD([codes], 10, 0.7)
        for step in range(steps):
            if step == int(0.8 * steps):
                optimiser.param_groups[0]["lr"] = 1
            optimiser.zero_grad()
            (generator(codes) - targets).pow(2).flatten(1).mean(1).sum().backward()
            optimiser.step()
    return 1000 * (time.perf_counter() - start) / count


parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--steps", type=int, default=100)
parser.add_argument("--batch", type=int, default=64)
parser.add_argument("--images", type=int, default=100)
parser.add_argument("--bfloat16", action="store_true")
parser.add_argument("--no-projection", action="store_true")
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)
print(f"dcgan-step {train(arguments.steps, arguments.batch, arguments.bfloat16):.1f}", flush=True)
if not arguments.no_projection:
    print(f"projection-image {project(arguments.images, 10, 200):.1f}", flush=True)
