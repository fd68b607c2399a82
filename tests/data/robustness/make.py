"""Copies the vectors of attacks, losses and statistics, from the folder that is given, beside this file."""
import json
import pathlib
import sys

import numpy as np

source, target = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).parent
for file in sorted(source.glob("*.npy")):
    values = np.load(file)
    # The project's reader knows no 8-bit integers.
    np.save(target / file.name, values.astype(np.int32) if values.dtype == np.uint8 else values)

index = json.loads((source / "index.json").read_text())
stats = {key: value for key, value in index["stats"].items() if key != "auc_sklearn"} | {"invgan_losses": index["invgan_losses"]}
(target / "statistics.json").write_text(json.dumps(stats, indent=1) + "\n")
