"""Copies the vectors of attacks, losses and statistics, from the folder that is given, beside this file."""
import json
import pathlib
import sys

import numpy as np

source, target = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).parent
other = ("g_", "proj_", "sn_", "il_", "fid_", "is_")
for file in sorted(source.glob("*.npy")):
    if file.name.startswith(other):
        continue
    values = np.load(file)
    # The project's reader knows no 8-bit integers.
    np.save(target / file.name, values.astype(np.int32) if values.dtype == np.uint8 else values)

stats = json.loads((source / "index.json").read_text())["stats"]
kept = ("wilson95", "clopper_pearson95", "auc", "auc_delong_var", "cohen_smoothing nA,n,alpha,sigma->pA_lower,radius")
(target / "statistics.json").write_text(json.dumps({key: stats[key] for key in kept}, indent=1) + "\n")
