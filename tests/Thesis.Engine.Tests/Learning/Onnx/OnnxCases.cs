using Thesis.Engine.Learning.Onnx.Format;
using static Thesis.Engine.Tests.Learning.Onnx.OnnxModels;

namespace Thesis.Engine.Tests.Learning.Onnx;

/// <summary>Every covered operator over its attributes and the versions of its meaning.</summary>
internal static class OnnxCases
{
    private static readonly int[] Every = [9, 11, 13, 17, 22];
    private static readonly long[] Image = [2, 4, 7, 6];
    private static readonly long[] Matrix = [3, 8];

    public static IReadOnlyList<OnnxCase> All { get; } =
    [
        .. Activations(), .. Arithmetic(), .. Convolutions(), .. Poolings(), .. Normalisations(), .. Reductions(), .. Shapes(),
        .. Selections(), .. Resizings(),
    ];

    private static OnnxCase One(
        string operation, int[] opsets, long[] input, (string, object)[] attributes, params TensorProto[] weights) => new(
        $"{operation} {string.Join(' ', attributes.Select(pair => $"{pair.Item1}={Text(pair.Item2)}"))} {string.Join(' ', weights.Select(w => w.Name))}".Trim(),
        opsets, input, [Node(operation, string.Join(',', (string[])["x", .. weights.Select(weight => weight.Name)]), "y", attributes)], weights);

    private static string Text(object value) => value switch
    {
        long[] many => string.Join('/', many),
        TensorProto => "t",
        _ => FormattableString.Invariant($"{value}"),
    };

    private static IEnumerable<OnnxCase> Activations()
    {
        foreach (var name in new[] { "Relu", "Sigmoid", "Tanh", "Softsign", "Softplus", "Elu", "Selu", "LeakyRelu", "HardSigmoid" })
        {
            yield return One(name, Every, Matrix, []);
        }

        yield return One("LeakyRelu", Every, Matrix, [("alpha", 0.3)]);
        yield return One("Elu", Every, Matrix, [("alpha", 0.7)]);
        yield return One("Celu", [12, 17], Matrix, [("alpha", 0.7)]);
        yield return One("Selu", Every, Matrix, [("alpha", 1.5), ("gamma", 1.2)]);
        yield return One("HardSigmoid", Every, Matrix, [("alpha", 0.25), ("beta", 0.4)]);
        yield return One("ThresholdedRelu", [10, 13], Matrix, [("alpha", 0.6)]);
        yield return One("Mish", [18, 22], Matrix, []);
        yield return One("HardSwish", [14, 22], Matrix, []);
        yield return One("Gelu", [20, 22], Matrix, []);
        yield return One("Gelu", [20], Matrix, [("approximate", "tanh")]);
        yield return One("Swish", [24], Matrix, [("alpha", 1.5)]);
        yield return One("PRelu", Every, Image, [], Floats("slope", 4, 1, 1));
        yield return One("Clip", [9, 10], Matrix, [("min", -0.5), ("max", 1.0)]);
        yield return One("Clip", [11, 13, 17], Matrix, [], Scalar("low", -0.5f), Scalar("high", 1));
        yield return One("Clip", [9, 10], Matrix, [("max", 0.5)]);
        yield return new OnnxCase("Clip max", [13], Matrix, [Node("Clip", "x,,high", "y")], [Scalar("high", 0.5f)]);
        foreach (var name in new[] { "Softmax", "LogSoftmax" })
        {
            yield return One(name, Every, [2, 3, 4], []);
            yield return One(name, Every, [2, 3, 4], [("axis", 1)]);
            yield return One(name, [11, 13, 17], [2, 3, 4], [("axis", -1)]);
        }
    }

    private static IEnumerable<OnnxCase> Arithmetic()
    {
        foreach (var name in new[] { "Sqrt", "Log", "Reciprocal", "Exp", "Neg", "Abs", "Erf", "Sin", "Cos" })
        {
            yield return One(name, [9, 13], Matrix, []) with { IsPositive = true };
        }

        foreach (var name in new[] { "Floor", "Ceil", "Sign" }) yield return One(name, [9, 13], Matrix, []) with { HasGradient = false };
        yield return One("Round", [11], Matrix, []) with { HasGradient = false };
        foreach (var name in new[] { "Add", "Sub", "Mul", "Div", "Min", "Max", "Sum", "Mean" })
        {
            yield return One(name, [9, 13, 17], [2, 3, 4], [], Floats("b", 3, 1));
        }

        yield return One("Pow", [9, 13], Matrix, [], Scalar("b", 2));
        yield return One("Pow", [9, 13], Matrix, [], Floats("b", 8)) with { IsPositive = true };
        yield return One("Pow", [12, 15], Matrix, [], Whole("b", 3));
        yield return One("Sum", [9, 13], Matrix, [], Floats("b", 8), Floats("cc", 3, 1));
        foreach (var name in new[] { "Greater", "Less", "Equal", "GreaterOrEqual", "LessOrEqual" })
        {
            yield return new OnnxCase(
                $"{name} and Where", name.Length > 7 ? [12, 16] : [11, 13], Matrix,
                [Node(name, "x,b", "c"), Node("Not", "c", "d"), Node("Where", "d,x,b", "y")], [Floats("b", 8)]);
        }

        yield return new OnnxCase(
            "And, Or, CastLike", [15, 19], Matrix,
            [Node("Greater", "x,b", "g"), Node("Less", "x,low", "l"), Node("And", "g,l", "a"), Node("Or", "a,l", "o"),
             Node("CastLike", "o,x", "k"), Node("Mul", "x,k", "y")], [Floats("b", 8), Scalar("low", 0.5f)]);
        yield return One("MatMul", Every, [2, 3, 4], [], Floats("b", 4, 5));
        yield return One("MatMul", Every, [2, 3, 4], [], Floats("b", 2, 4, 5));
        yield return One("MatMul", Every, [4], [], Floats("b", 4, 5));
        yield return One("Gemm", Every, [3, 4], [("transB", 1)], Floats("b", 5, 4), Floats("cc", 5));
        yield return One("Gemm", Every, [4, 3], [("transA", 1), ("alpha", 0.5), ("beta", 2.0)], Floats("b", 4, 5), Floats("cc", 3, 1));
        yield return One("Gemm", [11, 13], [3, 4], [], Floats("b", 4, 5));
        yield return new OnnxCase("Einsum", [12, 17], [2, 3, 4], [Node("Einsum", "x,b", "y", ("equation", "bij,jk->bik"))], [Floats("b", 4, 5)]);
    }

    private static IEnumerable<OnnxCase> Convolutions()
    {
        yield return One("Conv", Every, Image, [], Floats("w", 5, 4, 3, 3), Floats("bb", 5));
        yield return One("Conv", Every, Image, [("pads", new long[] { 1, 1, 1, 1 }), ("strides", new long[] { 2, 2 })], Floats("w", 5, 4, 3, 3));
        yield return One("Conv", Every, Image, [("pads", new long[] { 0, 1, 2, 0 })], Floats("w", 5, 4, 3, 2), Floats("bb", 5));
        yield return One("Conv", Every, Image, [("dilations", new long[] { 2, 1 }), ("group", 2)], Floats("w", 6, 2, 3, 3));
        yield return One("Conv", Every, Image, [("group", 4), ("pads", new long[] { 1, 1, 1, 1 })], Floats("w", 4, 1, 3, 3));
        foreach (var pad in new[] { "SAME_UPPER", "SAME_LOWER", "VALID" })
        {
            yield return One("Conv", Every, Image, [("auto_pad", pad), ("strides", new long[] { 2, 1 })], Floats("w", 5, 4, 2, 4));
        }

        yield return One("Conv", [11, 22], [2, 3, 9], [("pads", new long[] { 1, 0 })], Floats("w", 4, 3, 3));
        yield return One("Conv", [11, 22], [1, 2, 4, 5, 3], [("pads", new long[] { 1, 1, 0, 0, 1, 0 })], Floats("w", 3, 2, 2, 3, 2));
        yield return One("ConvTranspose", Every, Image, [], Floats("w", 4, 3, 3, 3), Floats("bb", 3));
        yield return One(
            "ConvTranspose", Every, Image,
            [("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 }), ("output_padding", new long[] { 1, 1 })],
            Floats("w", 4, 3, 3, 3), Floats("bb", 3));
        yield return One("ConvTranspose", Every, Image, [("pads", new long[] { 0, 1, 1, 2 }), ("dilations", new long[] { 2, 1 })], Floats("w", 4, 3, 3, 4));
        yield return One("ConvTranspose", Every, Image, [("strides", new long[] { 2, 3 }), ("group", 2)], Floats("w", 4, 3, 2, 2), Floats("bb", 6));
        yield return One("ConvTranspose", [11, 22], Image, [("strides", new long[] { 2, 2 }), ("output_shape", new long[] { 14, 12 })], Floats("w", 4, 3, 3, 4));
        yield return One("ConvTranspose", [11, 22], Image, [("strides", new long[] { 2, 2 }), ("auto_pad", "SAME_UPPER")], Floats("w", 4, 3, 3, 3));
        yield return One("ConvTranspose", [11, 22], Image, [("strides", new long[] { 2, 2 }), ("auto_pad", "SAME_LOWER")], Floats("w", 4, 3, 3, 3));
        yield return One("ConvTranspose", [11], [2, 3, 5], [("strides", new long[] { 2 })], Floats("w", 3, 2, 3));
    }

    private static IEnumerable<OnnxCase> Poolings()
    {
        foreach (var name in new[] { "MaxPool", "AveragePool" })
        {
            yield return One(name, Every, Image, [("kernel_shape", new long[] { 2, 3 })]);
            yield return One(name, Every, Image, [("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 })]);
            yield return One(name, Every, Image, [("kernel_shape", new long[] { 3, 2 }), ("pads", new long[] { 0, 1, 2, 0 })]);
            yield return One(name, Every, Image, [("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("auto_pad", "SAME_UPPER")]);
            yield return One(name, Every, Image, [("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }), ("auto_pad", "SAME_LOWER")]);
            yield return One(name, [10, 12, 19, 22], Image, [("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }), ("ceil_mode", 1)]);
            yield return One(name, [11, 19, 22], Image, [("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 }), ("ceil_mode", 1)]);
            yield return One(name, [11, 22], [2, 3, 9], [("kernel_shape", new long[] { 3 }), ("strides", new long[] { 2 }), ("pads", new long[] { 1, 1 })]);
            yield return One(name, [11, 22], [1, 2, 4, 5, 3], [("kernel_shape", new long[] { 2, 2, 2 })]);
        }

        yield return One("MaxPool", [10, 13, 22], Image, [("kernel_shape", new long[] { 2, 2 }), ("dilations", new long[] { 2, 2 })]);
        yield return One("AveragePool", [19, 22], Image, [("kernel_shape", new long[] { 2, 2 }), ("dilations", new long[] { 2, 2 })]);
        yield return One("AveragePool", Every, Image, [("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 }), ("count_include_pad", 1)]);
        yield return One("AveragePool", [19, 22], Image, [("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 3, 3 }), ("pads", new long[] { 1, 1, 1, 1 }), ("count_include_pad", 1), ("ceil_mode", 1)]);
        yield return One("GlobalAveragePool", Every, Image, []);
        yield return One("GlobalMaxPool", Every, Image, []);
    }

    private static IEnumerable<OnnxCase> Normalisations()
    {
        TensorProto[] four = [Floats("scale", 4), Floats("bias4", 4), Floats("mean_4", 4), Floats("variance", [0.5f, 1, 2, 0.1f], 4)];
        yield return One("BatchNormalization", [9, 13, 14, 15, 22], Image, [("epsilon", 0.01)], four);
        yield return One("BatchNormalization", [9, 15], [3, 4], [], four);
        yield return One("InstanceNormalization", [9, 22], Image, [("epsilon", 0.01)], Floats("scale", 4), Floats("bias4", 4));
        yield return One("LayerNormalization", [17, 22], [2, 3, 8], [("epsilon", 0.001)], Floats("scale", 8), Floats("bias8", 8));
        yield return One("LayerNormalization", [17], Image, [("axis", 1)], Floats("scale", 4, 7, 6));
        yield return One("GroupNormalization", [18], Image, [("num_groups", 2)], Floats("scale", 2), Floats("bias2", 2));
        yield return One("GroupNormalization", [21], Image, [("num_groups", 2)], Floats("scale", 4), Floats("bias4", 4));
        yield return One("RMSNormalization", [23], [2, 3, 8], [("epsilon", 0.001)], Floats("scale", 8));
        yield return One("LRN", Every, [2, 7, 3, 3], [("size", 3), ("alpha", 0.02), ("beta", 0.6), ("bias", 1.5)]);
        yield return One("LpNormalization", [9, 22], Matrix, [("axis", 1), ("p", 2)]);
        yield return One("LpNormalization", [9, 22], Matrix, [("axis", 0), ("p", 1)]);
    }

    private static IEnumerable<OnnxCase> Reductions()
    {
        foreach (var name in new[] { "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp" })
        {
            int[] before = name == "ReduceSum" ? [9, 11] : [9, 13, 17];
            int[] after = name == "ReduceSum" ? [13, 18, 22] : [18, 22];
            yield return One(name, before, [2, 3, 4], [("axes", new long[] { 1, 2 })]) with { IsPositive = true };
            yield return One(name, before, [2, 3, 4], [("axes", new long[] { 1 }), ("keepdims", 0)]) with { IsPositive = true };
            yield return One(name, before, [2, 3, 4], []) with { IsPositive = true };
            yield return One(name, after, [2, 3, 4], [("keepdims", 0)], Whole("axes", -1, 1)) with { IsPositive = true };
            yield return One(name, after, [2, 3, 4], [("keepdims", 0)]) with { IsPositive = true };
        }

        yield return One("ReduceSum", [13], [2, 3, 4], [("noop_with_empty_axes", 1)]);
        yield return new OnnxCase(
            "ArgMax", [9, 13], Matrix, [Node("ArgMax", "x", "i", ("axis", 1), ("keepdims", 0)), Node("Cast", "i", "y", ("to", 1))], []) { HasGradient = false };
    }

    private static IEnumerable<OnnxCase> Shapes()
    {
        long[] box = [2, 3, 4];
        yield return One("Identity", Every, box, []);
        yield return One("Dropout", [9, 10], box, [("ratio", 0.3)]);
        yield return One("Dropout", [12, 13, 22], box, [], Scalar("ratio", 0.3f));
        yield return One("Reshape", Every, box, [], Whole("shape", 0, -1));
        yield return One("Reshape", [14], box, [("allowzero", 1)], Whole("shape", 6, 4));
        yield return One("Flatten", Every, box, []);
        yield return One("Flatten", Every, box, [("axis", 0)]);
        yield return One("Flatten", Every, box, [("axis", 3)]);
        yield return One("Flatten", [11, 13], box, [("axis", -1)]);
        yield return One("Transpose", Every, box, []);
        yield return One("Transpose", Every, box, [("perm", new long[] { 1, 2, 0 })]);
        yield return One("Squeeze", [9, 11], [2, 1, 3, 1], [("axes", new long[] { 1 })]);
        yield return One("Squeeze", [9, 13], [2, 1, 3, 1], []);
        yield return One("Squeeze", [13, 21], [2, 1, 3, 1], [], Whole("axes", -1, 1));
        yield return One("Unsqueeze", [9, 11], box, [("axes", new long[] { 0, 2 })]);
        yield return One("Unsqueeze", [13, 21], box, [], Whole("axes", -1, 1));
        yield return One("Expand", [9, 13], [2, 1, 4], [], Whole("shape", 3, 1, 5, 1));
        yield return One("Tile", [9, 13], box, [], Whole("repeats", 2, 1, 3));
        yield return One("DepthToSpace", [9, 11, 13], [2, 8, 3, 2], [("blocksize", 2)]);
        yield return One("DepthToSpace", [11, 13], [2, 8, 3, 2], [("blocksize", 2), ("mode", "CRD")]);
        yield return One("SpaceToDepth", [9, 13], [2, 3, 4, 6], [("blocksize", 2)]);
        yield return new OnnxCase(
            "Shape, Gather, Concat, Reshape", [9, 13, 15, 21], box,
            [Node("Shape", "x", "s"), Node("Gather", "s,first", "n"), Node("Concat", "n,rest", "t", ("axis", 0)), Node("Reshape", "x,t", "y")],
            [Whole("first", 0), Whole("rest", -1)]);
        yield return new OnnxCase(
            "Shape from start to end", [15, 21], box, [Node("Shape", "x", "s", ("start", -2), ("end", 3)), Node("Cast", "s", "c", ("to", 1)), Node("Mul", "x,k", "m"), Node("ReduceSum", "m", "r", ("keepdims", 0)), Node("Add", "r,c", "y")],
            [Floats("k", 4)]);
        yield return new OnnxCase(
            "Constant, ConstantOfShape, Range", [12, 13], [3, 4],
            [Node("Constant", "", "two", ("value_float", 2.0)), Node("ConstantOfShape", "shape", "full", ("value", Floats("v", [0.5f], 1))),
             Node("Range", "a,b,d", "r"), Node("Mul", "x,two", "m"), Node("Add", "m,full", "n"), Node("Mul", "n,r", "y")],
            [Whole("shape", 3, 4), Scalar("a", 1), Scalar("b", 9), Scalar("d", 2)]);
        yield return new OnnxCase("Size and whole division", [13], [3, 4], [Node("Size", "x", "s"), Node("Div", "s,five", "d"), Node("Cast", "d", "f", ("to", 1)), Node("Mul", "x,f", "y")], [Whole("five", 5)]);
    }

    private static IEnumerable<OnnxCase> Selections()
    {
        long[] box = [2, 6, 5];
        yield return new OnnxCase("Concat", [9, 13], box, [Node("Concat", "x,b,x", "y", ("axis", 1))], [Floats("b", 2, 3, 5)]);
        yield return new OnnxCase("Concat from the end", [11, 13], box, [Node("Concat", "x,b", "y", ("axis", -1))], [Floats("b", 2, 6, 1)]);
        yield return new OnnxCase("Split", [9, 11], box, [Node("Split", "x", "a,b", ("axis", 1), ("split", new long[] { 2, 4 })), Node("Concat", "b,a", "y", ("axis", 1))], []);
        yield return new OnnxCase("Split in equal parts", [9, 13], box, [Node("Split", "x", "a,b,c", ("axis", 1)), Node("Concat", "c,a,b", "y", ("axis", 1))], []);
        yield return new OnnxCase("Split by input", [13, 18], box, [Node("Split", "x,s", "a,b", ("axis", -2)), Node("Concat", "b,a", "y", ("axis", 1))], [Whole("s", 1, 5)]);
        yield return new OnnxCase("Split by number", [18, 22], box, [Node("Split", "x", "a,b", ("axis", 2), ("num_outputs", 2)), Node("Concat", "b,a", "y", ("axis", 2))], []);
        yield return One("Slice", [9], box, [("starts", new long[] { 1, -3 }), ("ends", new long[] { 5, 1000 }), ("axes", new long[] { 1, 2 })]);
        yield return One("Slice", [10, 13], box, [], Whole("starts", 1, -3), Whole("ends", 5, 1000), Whole("axes", 1, 2), Whole("steps", 2, 1));
        yield return One("Slice", [10, 13], box, [], Whole("starts", -1, 4), Whole("ends", -1000, 0), Whole("axes", 1, -1), Whole("steps", -1, -2));
        yield return One("Gather", [9, 11, 13], box, [("axis", 1)], Whole("i", 2, 0, 2));
        yield return One("Gather", [11, 13], box, [("axis", 2)], Whole("i", -1));
        yield return One("Pad", [9, 10], box, [("pads", new long[] { 0, 1, 2, 1, 0, 1 }), ("value", 0.5)]);
        foreach (var mode in new[] { "reflect", "edge", "constant" })
        {
            yield return One("Pad", [9, 10], box, [("pads", new long[] { 0, 1, 2, 0, 3, 1 }), ("mode", mode)]);
            yield return One("Pad", [11, 13, 18, 21], box, [("mode", mode)], Whole("pads", 0, 1, 2, 0, 3, 1));
        }

        yield return One("Pad", [19, 21], box, [("mode", "wrap")], Whole("pads", 0, 1, 2, 0, 3, 1));
        yield return One("Pad", [11, 18], box, [], Whole("pads", 0, -1, 2, 0, -1, 1), Scalar("value", 0.5f));
        yield return One("Pad", [18, 21], box, [], Whole("pads", 1, 2, 0, 1), Scalar("value", 0.5f), Whole("axes", 1, -1));
    }

    private static IEnumerable<OnnxCase> Resizings()
    {
        long[] image = [1, 2, 4, 5];
        foreach (var mode in new[] { "nearest", "linear" })
        {
            yield return One("Upsample", [9], image, [("mode", mode)], Floats("scales", [1, 1, 2, 3], 4));
            yield return One("Resize", [10], image, [("mode", mode)], Floats("scales", [1, 1, 2, 1.5f], 4));
        }

        yield return One("Resize", [10], image, [("mode", "nearest")], Floats("scales", [1, 1, 0.5f, 0.7f], 4));
        string[] coordinates = ["half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners", "half_pixel_symmetric"];
        foreach (var place in coordinates)
        {
            int[] opsets = place == "half_pixel_symmetric" ? [19, 22] : [11, 13, 18, 22];
            foreach (var mode in new[] { "linear", "nearest", "cubic" })
            {
                yield return Scaled(opsets, [("coordinate_transformation_mode", place), ("mode", mode)], [1, 1, 2, 1.6f]);
                yield return Scaled(opsets, [("coordinate_transformation_mode", place), ("mode", mode)], [1, 1, 0.6f, 0.5f]);
                yield return Sized(opsets, [("coordinate_transformation_mode", place), ("mode", mode)], 1, 2, 7, 3);
            }
        }

        foreach (var nearest in new[] { "round_prefer_floor", "round_prefer_ceil", "floor", "ceil" })
        {
            yield return Scaled([11, 13, 18], [("mode", "nearest"), ("nearest_mode", nearest), ("coordinate_transformation_mode", "asymmetric")], [1, 1, 2, 0.5f]);
        }

        yield return Scaled([13, 18], [("mode", "cubic"), ("cubic_coeff_a", -0.5), ("exclude_outside", 1)], [1, 1, 2, 1.6f]);

        OnnxCase Scaled(int[] opsets, (string, object)[] attributes, float[] scales) => new(
            $"Resize by {string.Join('/', scales)} {string.Join(' ', attributes.Select(pair => pair.Item2))}", opsets, image,
            [Node("Resize", "x,roi,scales", "y", attributes)], [Floats("roi", [], 0), Floats("scales", scales, 4)]);

        OnnxCase Sized(int[] opsets, (string, object)[] attributes, params long[] sizes) => new(
            $"Resize to {string.Join('/', sizes)} {string.Join(' ', attributes.Select(pair => pair.Item2))}", opsets, image,
            [Node("Resize", "x,roi,scales,sizes", "y", attributes)], [Floats("roi", [], 0), Floats("scales", [], 0), Whole("sizes", sizes)]);
    }
}
