using static TorchSharp.torch;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>Parts of values, and values put together and padded.</summary>
internal static class Selections
{
    /// <summary>The operators.</summary>
    public static IEnumerable<OnnxOperator> All { get; } =
    [
        OnnxOperator.One("Concat", 4, "axis", Concat),
        new("Split", 2, "axis split", call => Split(call, call.Node.Ints("split"))),
        new("Split", 13, "axis", call => Split(call, call.Optional(1) is null ? null : call.Integers(1))),
        new("Split", 18, "axis num_outputs", call => Split(call, call.Optional(1) is null ? null : call.Integers(1))),
        OnnxOperator.One("Slice", 1, "axes ends starts", call =>
            Slice(call, call.Node.Ints("starts") ?? [], call.Node.Ints("ends") ?? [], call.Node.Ints("axes"), null)),
        OnnxOperator.One("Slice", 10, "", call => Slice(
            call, call.Integers(1), call.Integers(2), call.Integers(3, ""), call.Integers(4, ""))),
        OnnxOperator.One("Gather", 1, "axis", Gather),
        OnnxOperator.One("Pad", 2, "mode pads value", call => Pad(
            call, call.Node.Ints("pads") ?? [], call.Node.Float("value", 0), null)),
        OnnxOperator.One("Pad", 11, "mode", call => Pad(
            call, call.Integers(1), call.Numbers(2)?[0] ?? 0, call.Integers(3, ""))),
    ];

    private static Tensor Concat(OnnxCall call)
    {
        var parts = call.All();
        var axis = call.Axis(call.Node.Int("axis", 0), call.X.dim());
        var lengths = (long[])call.X.shape.Clone();
        lengths[axis] = parts.Sum(part => part.dim() == lengths.Length ? part.shape[axis] : 0);
        call.Bound(lengths);
        return cat(parts, axis);
    }

    private static Tensor[] Split(OnnxCall call, long[]? lengths)
    {
        var axis = call.Axis(call.Node.Int("axis", 0), call.X.dim());
        var (whole, parts) = (call.X.shape[axis], call.Node.Outputs.Count);
        if (call.Node.Int("num_outputs", parts) != parts) throw OnnxFault.NodeFailed(call.Node, "its outputs are not as many as it says");
        if (lengths is null)
        {
            // Equal parts, the last one shorter.
            var part = (whole + parts - 1) / parts;
            lengths = [.. Enumerable.Range(0, parts).Select(i => Math.Clamp(whole - (i * part), 0, part))];
        }

        if (lengths.Length != parts || lengths.Any(length => length < 0) || lengths.Sum() != whole) throw OnnxFault.NodeFailed(call.Node, "its parts do not fit");
        var taken = new Tensor[parts];
        var start = 0L;
        for (var i = 0; i < parts; i++)
        {
            taken[i] = call.X.narrow(axis, start, lengths[i]);
            start += lengths[i];
        }

        return taken;
    }

    private static Tensor Slice(OnnxCall call, long[] starts, long[] ends, long[]? axes, long[]? steps)
    {
        axes ??= [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        steps ??= [.. Enumerable.Repeat(1L, starts.Length)];
        if (starts.Length != ends.Length || starts.Length != axes.Length || starts.Length != steps.Length) throw OnnxFault.NodeFailed(call.Node, "its starts, ends, axes and steps differ in number");
        var part = call.X.alias();
        for (var i = 0; i < starts.Length; i++)
        {
            var axis = call.Axis(axes[i], part.dim());
            var length = part.shape[axis];
            var (start, end, step) = (At(starts[i], length), At(ends[i], length), steps[i]);
            if (step == 0) throw OnnxFault.NodeFailed(call.Node, "a step is 0");
            if (step > 0)
            {
                start = Math.Clamp(start, 0, length);
                part = part.slice(axis, start, Math.Clamp(end, start, length), Math.Min(step, Math.Max(1, length)));
                continue;
            }

            var places = new List<long>();
            var last = Math.Clamp(end, -1, length);
            for (var place = Math.Clamp(start, -1, length - 1); place > last; place += Math.Max(step, -length)) places.Add(place);
            part = part.index_select(axis, Places(places, part));
        }

        return part;
    }

    // Indices from the end are below zero.
    private static Tensor Gather(OnnxCall call)
    {
        var axis = call.Axis(call.Node.Int("axis", 0), call.X.dim());
        var indices = call.Input(1);
        var length = call.X.shape[axis];
        var places = call.Integers(1);
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] < -length || places[i] >= length) throw OnnxFault.NodeFailed(call.Node, $"there is no index {places[i]} of {length}");
            if (places[i] < 0) places[i] += length;
        }

        long[] lengths = [.. call.X.shape[..axis], .. indices.shape, .. call.X.shape[(axis + 1)..]];
        call.Bound(lengths);
        return call.X.index_select(axis, Places(places, call.X)).reshape(lengths);
    }

    private static Tensor Pad(OnnxCall call, long[] pads, double value, long[]? axes)
    {
        var dimensions = (int)call.X.dim();
        axes ??= [.. Enumerable.Range(0, dimensions).Select(axis => (long)axis)];
        if (pads.Length != 2 * axes.Length) throw OnnxFault.NodeFailed(call.Node, "its pads do not fit its axes");
        var (begins, ends) = (new long[dimensions], new long[dimensions]);
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = call.Axis(axes[i], dimensions);
            (begins[axis], ends[axis]) = (pads[i], pads[axes.Length + i]);
        }

        var lengths = call.X.shape.Select((length, axis) => Math.Clamp(begins[axis], int.MinValue, int.MaxValue) + length + Math.Clamp(ends[axis], int.MinValue, int.MaxValue));
        call.Bound([.. lengths]);
        var mode = call.Node.Text("mode", "constant");
        if (mode == "constant") return nn.functional.pad(call.X, Windows.Pads(begins, ends), value: value);
        var padded = call.X.alias();
        for (var axis = 0; axis < dimensions; axis++)
        {
            if (begins[axis] == 0 && ends[axis] == 0) continue;
            padded = padded.index_select(axis, Places(Mirrored(call, mode, padded.shape[axis], begins[axis], ends[axis]), padded));
        }

        return padded;
    }

    // Where each place of the padded axis takes its value.
    private static List<long> Mirrored(OnnxCall call, string mode, long length, long begin, long end)
    {
        var places = new List<long>();
        for (var place = -begin; place < length + end; place++)
        {
            places.Add(mode switch
            {
                "edge" => Math.Clamp(place, 0, length - 1),
                "wrap" => ((place % length) + length) % length,
                "reflect" when length == 1 => 0,
                "reflect" => Reflected(place, length),
                _ => throw call.NotCovered($"its mode is {OnnxFault.Quoted(mode)}"),
            });
        }

        return places;
    }

    private static long Reflected(long place, long length)
    {
        var period = 2 * (length - 1);
        var within = ((place % period) + period) % period;
        return within < length ? within : period - within;
    }

    private static long At(long place, long length) => place < 0 ? place + length : place;

    private static Tensor Places(IReadOnlyCollection<long> places, Tensor of) =>
        tensor([.. places], [places.Count], ScalarType.Int64).to(of.device);
}
