"""Runs AutoAttack's own code in float64 on the reference network and saves what it returns beside this file.

    git clone https://github.com/fra31/auto-attack    (commit a392200)
    PYTHONPATH=auto-attack /usr/bin/python3 tests/data/robustness/autoattack/make.py

Needs Debian's python3-torch (1.13). Their code asks for float32 by name; here that name means float64.
"""
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.Tensor.float = torch.Tensor.double
torch.float = torch.float64

from autoattack import fab_projections  # noqa: E402
from autoattack.autopgd_base import APGDAttack, APGDAttack_targeted, L1_projection  # noqa: E402
from autoattack.fab_pt import FABAttack_PT  # noqa: E402
from autoattack.square import SquareAttack  # noqa: E402

HERE = pathlib.Path(__file__).parent


def load(name):
    return torch.from_numpy(np.load(HERE.parent / f"{name}.npy").astype(np.float64))


def save(name, values):
    np.save(HERE / f"{name}.npy", values.detach().numpy())


weights = {name: load(f"net_{name}") for name in (
    "c1_weight", "c1_bias", "c2_weight", "c2_bias", "l1_weight", "l1_bias", "l2_weight", "l2_bias")}


def model(images):
    hidden = F.relu(F.conv2d(images, weights["c1_weight"], weights["c1_bias"], padding=1))
    hidden = F.relu(F.conv2d(hidden, weights["c2_weight"], weights["c2_bias"], stride=2, padding=1))
    hidden = F.relu(F.linear(hidden.flatten(1), weights["l1_weight"], weights["l1_bias"]))
    return F.linear(hidden, weights["l2_weight"], weights["l2_bias"])


images, labels = load("x"), torch.from_numpy(np.load(HERE.parent / "y.npy")).long()
second = model(images).sort(dim=1)[1][:, -2]


def ascend(name, attack, start):
    attack.init_hyperparam(images)
    best, _, loss, adversarial = attack.attack_single_run(images, labels, x_init=start)
    save(name, best)
    save(f"{name}_loss", loss)
    save(f"{name}_adv", adversarial)


# Not the ratio: in the Euclidean norm their own result moves by 1e-6 when the start moves by 1e-13.
ascend("apgd_l2_ce", APGDAttack(model, n_iter=50, norm="L2", eps=0.5, loss="ce"), images)

targeted = APGDAttack_targeted(model, n_iter=50, norm="Linf", eps=8 / 255)
targeted.y_target = second
ascend("apgd_t", targeted, images)

torch.manual_seed(3)
start = images + torch.randn_like(images)
start = start + L1_projection(images, start - images, 4.0)
save("l1_start", start)
ascend("apgd_l1_ce", APGDAttack(model, n_iter=50, norm="L1", eps=4.0, loss="ce"), start)

for norm in ("Linf", "L2", "L1"):
    walk = FABAttack_PT(model, norm=norm, n_iter=30, eps=1.0, targeted=True)
    walk.target_class = 2
    save(f"fab_{norm.lower()}", walk.attack_single_run(images, labels, is_targeted=True))

points = torch.rand(40, 30)
points[:10] = points[:10].round()
normals = torch.randn(40, 30)
normals[5:9, ::3] = 0
offsets = (normals * points).sum(1) + torch.randn(40) * torch.linspace(0.1, 8, 40)
for name, values in (("points", points), ("normals", normals), ("offsets", offsets)):
    save(f"hyperplane_{name}", values)
for norm in ("linf", "l2", "l1"):
    project = getattr(fab_projections, f"projection_{norm}")
    save(f"hyperplane_{norm}", project(points.clone(), normals.clone(), offsets.clone()))

centre, moved = torch.rand(30, 25), torch.randn(30, 25)
centre[:5] = centre[:5].round()
save("taxicab_centre", centre)
save("taxicab_moved", centre + moved)
save("taxicab_projected", centre + moved + L1_projection(centre, moved, 2.5))

square = SquareAttack(model, norm="L2", eps=0.5, device="cpu")
for side in (3, 5, 6):
    torch.manual_seed(1)
    save(f"peaks_{side}", square.eta(side))
square = SquareAttack(model, norm="L1", eps=4.0, device="cpu")
for side in (3, 5, 6):
    torch.manual_seed(1)
    save(f"peaks_{side}_l1", square.eta(side))
