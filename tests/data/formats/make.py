"""Writes the files of this folder with NumPy. Run as: /usr/bin/python3 make.py"""
import base64
import gzip
import io
import json

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


def array(descr, shape, fortran, values):
    """An npy file with a header of our own, checked by NumPy's reader."""
    file = io.BytesIO()
    npy.write_array_header_1_0(file, {"descr": descr, "fortran_order": fortran, "shape": shape})
    file.write(np.asarray(values, np.dtype(descr)).ravel().tobytes())
    return {"descr": descr, "shape": shape, "fortran": fortran, "file": base64.b64encode(file.getvalue()).decode(),
            "values": np.load(io.BytesIO(file.getvalue())).astype(float).ravel().tolist()}


# Every number that is read, in both orders of bytes and of dimensions; values are what NumPy reads, in C order.
numbers = ["|b1", "|i1", "|u1", "<u1", ">i1", "=f4", "f8", "i2"] + [
    order + kind for order in "<>" for kind in ("i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8")]
cases = []
for descr in numbers:
    kind = np.dtype(descr).kind
    low, high = {"b": (0, 1), "u": (0, np.iinfo(np.dtype(descr)).max if kind == "u" else 0),
                 "i": (-100, 119), "f": (-2.5, 119)}[kind]
    for shape in ((2, 3), (4, 2, 3)):
        for fortran in (False, True):
            cases.append(array(descr, shape, fortran, np.linspace(low, float(high) * .99, np.prod(shape))))
with open("types.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
