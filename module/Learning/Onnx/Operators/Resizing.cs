using static TorchSharp.torch;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>
/// Resize, and Upsample before it: along each axis in turn, an output is the nearest input, or a weighted mean of its 2
/// (linear) or 4 (cubic) neighbours.
/// </summary>
internal static class Resizing
{
    private const string Modes = "coordinate_transformation_mode cubic_coeff_a exclude_outside extrapolation_value mode nearest_mode";

    /// <summary>The operators.</summary>
    public static IEnumerable<OnnxOperator> All { get; } =
    [
        OnnxOperator.One("Upsample", 9, "mode", call => Simple(call)),
        OnnxOperator.One("Resize", 10, "mode", call => Simple(call)),
        OnnxOperator.One("Resize", 11, Modes, Resize),
        OnnxOperator.One("Resize", 18, Modes + " antialias axes keep_aspect_ratio_policy", Resize),
    ];

    // Places are asymmetric; the nearest is the next one below, or above where the axis shrinks.
    private static Tensor Simple(OnnxCall call)
    {
        var scales = call.Numbers(1) ?? throw OnnxFault.NodeFailed(call.Node, "it has no scales");
        var mode = call.Node.Text("mode", "nearest");
        return Run(call, scales, null, [.. Enumerable.Range(0, scales.Length)], axis => new Axis(
            mode, "asymmetric", scales[axis] < 1 ? "ceil" : "floor", -0.75f, false));
    }

    private static Tensor Resize(OnnxCall call)
    {
        var node = call.Node;
        if (node.Int("antialias", 0) != 0) throw call.NotCovered("it is antialiased");
        var axes = node.Ints("axes")?.Select(axis => call.Axis(axis, call.X.dim())).ToArray()
            ?? [.. Enumerable.Range(0, (int)call.X.dim())];
        var (scales, sizes) = (call.Numbers(2), call.Optional(3) is { } given && given.numel() > 0 ? call.Integers(3) : null);
        if ((scales?.Length ?? sizes?.Length) != axes.Length) throw OnnxFault.NodeFailed(node, "its scales or sizes do not fit its axes");
        if (node.Text("keep_aspect_ratio_policy", "stretch") != "stretch") throw call.NotCovered("it keeps the aspect ratio");
        var setting = new Axis(
            node.Text("mode", "nearest"), node.Text("coordinate_transformation_mode", "half_pixel"),
            node.Text("nearest_mode", "round_prefer_floor"), (float)node.Float("cubic_coeff_a", -0.75),
            node.Int("exclude_outside", 0) != 0);
        return Run(call, scales, sizes, axes, _ => setting);
    }

    private static Tensor Run(OnnxCall call, float[]? scales, long[]? sizes, int[] axes, Func<int, Axis> settingOf)
    {
        var lengths = (long[])call.X.shape.Clone();
        for (var i = 0; i < axes.Length; i++)
        {
            var length = sizes?[i] ?? Math.Floor((double)scales![i] * lengths[axes[i]]);
            if (!(length is >= 1 and <= int.MaxValue)) throw OnnxFault.NodeFailed(call.Node, $"an axis of {lengths[axes[i]]} would become {length}");
            lengths[axes[i]] = (long)length;
        }

        call.Bound(lengths);
        var resized = call.X.alias();
        for (var i = 0; i < axes.Length; i++)
        {
            var (from, to) = (resized.shape[axes[i]], lengths[axes[i]]);
            var scale = scales?[i] ?? (float)to / from;
            if (from == to && scale == 1) continue;
            resized = settingOf(i).Apply(call, resized, axes[i], (int)from, (int)to, scale);
        }

        return resized;
    }

    /// <summary>How an axis is resized.</summary>
    private sealed record Axis(string Mode, string Coordinates, string Nearest, float CubicA, bool ExcludesOutside)
    {
        public Tensor Apply(OnnxCall call, Tensor x, int axis, int from, int to, float scale)
        {
            var places = new float[to];
            for (var i = 0; i < to; i++) places[i] = Place(call, i, from, to, scale);
            if (Mode == "nearest")
            {
                long[] nearest = Array.ConvertAll(places, place => Math.Clamp((long)Round(call, place), 0, from - 1));
                return x.index_select(axis, tensor(nearest, [to], ScalarType.Int64).to(x.device));
            }

            call.Bound(from, to);
            var weights = new float[(long)from * to];
            for (var i = 0; i < to; i++) Weigh(call, places[i], weights.AsSpan(i * from, from));
            using var matrix = tensor(weights, [to, from]);
            return matmul(x.transpose(axis, -1), matrix.to(x.dtype, x.device).t()).transpose(axis, -1);
        }

        private float Place(OnnxCall call, int output, int from, int to, float scale) => Coordinates switch
        {
            "half_pixel" => ((output + 0.5f) / scale) - 0.5f,
            "pytorch_half_pixel" => to > 1 ? ((output + 0.5f) / scale) - 0.5f : 0,
            "asymmetric" => output / scale,
            "align_corners" => to == 1 ? 0 : output * (from - 1f) / (to - 1),
            "tf_half_pixel_for_nn" => (output + 0.5f) / scale,
            "half_pixel_symmetric" => (from / 2f * (1 - (to / (scale * from)))) + ((output + 0.5f) / scale) - 0.5f,
            _ => throw call.NotCovered($"its coordinates are {OnnxFault.Quoted(Coordinates)}"),
        };

        private float Round(OnnxCall call, float place) => Nearest switch
        {
            "round_prefer_floor" => MathF.Ceiling(place - 0.5f),
            "round_prefer_ceil" => MathF.Floor(place + 0.5f),
            "floor" => MathF.Floor(place),
            "ceil" => MathF.Ceiling(place),
            _ => throw call.NotCovered($"its nearest_mode is {OnnxFault.Quoted(Nearest)}"),
        };

        private void Weigh(OnnxCall call, float place, Span<float> weights)
        {
            if (Mode == "linear") place = Math.Clamp(place, 0, weights.Length - 1);
            var first = (int)MathF.Floor(place);
            var part = place - first;
            ReadOnlySpan<float> taps = Mode switch
            {
                "linear" => [1 - part, part],
                "cubic" => [Cubic(1 + part), Cubic(part), Cubic(1 - part), Cubic(2 - part)],
                _ => throw call.NotCovered($"its mode is {OnnxFault.Quoted(Mode)}"),
            };
            var (start, sum) = (Mode == "linear" ? first : first - 1, 0f);
            for (var tap = 0; tap < taps.Length; tap++)
            {
                var at = start + tap;
                if (ExcludesOutside && Mode == "cubic" && (at < 0 || at >= weights.Length)) continue;
                weights[Math.Clamp(at, 0, weights.Length - 1)] += taps[tap];
                sum += taps[tap];
            }

            if (!ExcludesOutside || Mode != "cubic") return;
            foreach (ref var weight in weights) weight /= sum;
        }

        // Keys 1981, with a free coefficient.
        private float Cubic(float x) => x <= 1
            ? (((CubicA + 2) * x - (CubicA + 3)) * x * x) + 1
            : ((((CubicA * x) - (5 * CubicA)) * x + (8 * CubicA)) * x) - (4 * CubicA);
    }
}
