"""Reads and writes safetensors without the library: header length, JSON header, bytes. Run with a file to list it."""
import json
import struct
import sys

import numpy as np

TYPES = {"BOOL": "?", "U8": "u1", "I8": "i1", "I16": "<i2", "I32": "<i4", "I64": "<i8",
         "F16": "<f2", "F32": "<f4", "F64": "<f8"}


def read(path):
    data = open(path, "rb").read()
    length, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + length + start:8 + length + end], TYPES[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"])
    return tensors, metadata


def write(path, tensors, metadata):
    names = {np.dtype(code): name for name, code in TYPES.items()}
    header, blocks, start = {"__metadata__": metadata}, [], 0
    for name, values in tensors.items():
        block = np.asarray(values, order="C").tobytes()
        header[name] = {"dtype": names[values.dtype], "shape": list(values.shape), "data_offsets": [start, start + len(block)]}
        blocks.append(block)
        start += len(block)
    text = json.dumps(header).encode()
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + b"".join(blocks))


if __name__ == "__main__":
    tensors, metadata = read(sys.argv[1])
    print(json.dumps({"metadata": metadata,
                      "tensors": {name: [str(v.dtype), list(v.shape), float(np.sum(v.astype(np.float64)))]
                                  for name, v in tensors.items()}}, sort_keys=True))
