"""Writes the files of this folder with NumPy. Run as: /usr/bin/python3 make.py"""
import gzip
import numpy as np
from numpy.lib import format as npy

values = (np.arange(12, dtype=np.float64).reshape(4, 3) - 5) / 8  # exact in float16
for name, dtype in (("float16", "<f2"), ("float32", "<f4"), ("float64", "<f8"), ("int32", "<i4"), ("int64", "<i8")):
    np.save(f"{name}.npy", (values * 8 if name.startswith("int") else values).astype(dtype))
np.save("fortran.npy", np.asfortranarray(values.astype("<f4")))
for version in (1, 2, 3):
    with open(f"version{version}.npy", "wb") as file:
        npy.write_array(file, values.astype("<f4"), version=(version, 0))
with gzip.GzipFile("float32.npy.gz", "wb", mtime=0) as file:
    npy.write_array(file, values.astype("<f4"))
people = np.array(["Ada", "Ada", "Zoë", "林"])
np.save("people.npy", people)
np.save("labels.npy", np.array([3, 3, 1, 2], "<i8"))
np.savez("stored.npz", features=values.astype("<f4"), identity=people, id=np.arange(10, 14))
np.savez_compressed("compressed.npz", x=values, label=np.array([3, 3, 1, 2], "<i4"))
np.savez("two.npz", a=values.astype("<f4"), b=values.astype("<f4") + 1)
np.save("object.npy", np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
np.save("big_endian.npy", values.astype(">f4"))
np.save("structured.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
