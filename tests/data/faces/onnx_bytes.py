"""A few messages of ONNX's protobuf schema, written by hand: no package is needed."""
import struct


def varint(value):
    out = b""
    value &= (1 << 64) - 1
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name, shape, values, kind=1):
    """A constant: kind 1 is float32, 7 is int64."""
    raw = struct.pack(f"<{len(values)}{'f' if kind == 1 else 'q'}", *values)
    return b"".join(field(1, n) for n in shape) + field(2, kind) + field(8, name) + field(9, raw)


def ints(name, values):
    return field(5, field(1, name) + b"".join(field(8, v) for v in values) + field(20, 7))


def node(kind, inputs, outputs, *attributes):
    return field(1, b"".join(field(1, i) for i in inputs) + b"".join(field(2, o) for o in outputs)
                 + field(3, outputs[0] + "_node") + field(4, kind) + b"".join(attributes))


def value(number, name, shape):
    """An input (11) or output (12) of float32; a length is a number, or the name of an open one."""
    lengths = b"".join(field(1, field(1, n) if isinstance(n, int) else field(2, n)) for n in shape)
    return field(number, field(1, name) + field(2, field(1, field(1, 1) + field(2, lengths))))


def model(nodes, constants, inputs, outputs):
    graph = (b"".join(nodes) + field(2, "test") + b"".join(field(5, c) for c in constants)
             + b"".join(value(11, *i) for i in inputs) + b"".join(value(12, *o) for o in outputs))
    return field(1, 8) + field(2, "make.py") + field(7, graph) + field(8, field(1, "") + field(2, 13))
