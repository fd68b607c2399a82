using System.Globalization;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Learning.Onnx;
using Thesis.Engine.Learning.Onnx.Format;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Whether a twin computes what ONNX Runtime computes: on images of the set and on noise no logit may differ by more than
/// <see cref="Tolerance"/> times the largest logit of its image, or by that much where all are below 1. Where one does, the
/// first node whose own values differ so is named.
/// </summary>
internal static class OnnxAgreement
{
    /// <summary>The largest difference, of the largest value.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>The error id of logits that differ.</summary>
    public const string Differs = "OnnxLogitsDiffer";

    /// <summary>The images of the set that are compared, evenly spread.</summary>
    public const int ComparedImages = 8;

    private const int NoiseImages = 2;

    /// <summary>Fails when the two differ.</summary>
    /// <exception cref="InputException"><c>OnnxLogitsDiffer</c>, with the first node that differs.</exception>
    public static void Require(OnnxFile file, OnnxTwin twin, OnnxClassifier runtime, LabelledImages? samples)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var images = Images(twin, samples);
        var (own, theirs) = (Values(twin.Logits(images)), Values(runtime.Logits(images)));
        if (own.Length != theirs.Length) throw Fault(file, "their number differs", FirstDifference(file, twin, runtime, images));
        var worst = 0;
        for (var i = 0; i < own.Length; i++)
        {
            if (!(Excess(own, theirs, i, twin.ClassCount) <= Excess(own, theirs, worst, twin.ClassCount))) worst = i;
        }

        if (Excess(own, theirs, worst, twin.ClassCount) <= 0) return;
        var text = string.Create(CultureInfo.InvariantCulture, $"{own[worst]:G6} here and {theirs[worst]:G6} there");
        throw Fault(file, text, FirstDifference(file, twin, runtime, images));
    }

    /// <summary>Whether two values agree, given the largest value beside them.</summary>
    internal static bool Agree(double own, double theirs, double largest) =>
        own.Equals(theirs) || Math.Abs(own - theirs) <= Tolerance * Math.Max(1, largest);

    private static double Excess(double[] own, double[] theirs, int at, int classes)
    {
        var start = at - (at % classes);
        var row = theirs.AsSpan(start, Math.Min(classes, theirs.Length - start));
        return Agree(own[at], theirs[at], Largest(row)) ? 0 : Math.Abs(own[at] - theirs[at]) is var gap && double.IsNaN(gap) ? double.PositiveInfinity : gap;
    }

    private static double Largest(ReadOnlySpan<double> values)
    {
        var largest = 0.0;
        foreach (var value in values)
        {
            if (double.IsFinite(value)) largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }

    /// <summary>Images of a set, evenly spread, and noise, on which a twin is compared.</summary>
    internal static Tensor Images(ImageClassifier twin, LabelledImages? samples)
    {
        var shape = twin.ImageShape;
        var random = new SeededRandom(1);
        var noise = new float[NoiseImages * shape.Count];
        foreach (ref var value in noise.AsSpan()) value = (float)random.NextDouble();
        var drawn = tensor(noise, [NoiseImages, shape.Channels, shape.Height, shape.Width]).to(twin.ElementType, twin.Device);
        if (samples is null || samples.Count == 0 || samples.Shape != shape) return drawn;
        var count = Math.Min(ComparedImages, samples.Count);
        int[] indices = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * samples.Count / count))];
        return cat([ImageBatches.Images(samples, indices, twin.Device).to(twin.ElementType), drawn]);
    }

    // The runtime runs once more with every value as an output, and without its own rewriting of the graph.
    private static string FirstDifference(OnnxFile file, OnnxTwin twin, OnnxClassifier runtime, Tensor images)
    {
        try
        {
            var batch = images.narrow(0, 0, Math.Min(images.shape[0], Math.Max(1, runtime.BatchLength)));
            if (runtime.BatchLength > batch.shape[0]) return "";
            using var session = Opened(file);
            var found = "";
            twin.Visit(batch, (node, name, value) =>
            {
                if (found.Length > 0) return;
                if (!SameValue(session, runtime.InputName, batch, name, value)) found = node.ToString();
            });
            return found;
        }
        catch (OnnxRuntimeException)
        {
            return "";
        }
    }

    private static bool SameValue(InferenceSession session, string input, Tensor batch, string name, Tensor value)
    {
        if (!value.is_floating_point()) return true;
        using var run = new RunOptions();
        using var held = batch.to(ScalarType.Float32).cpu().contiguous();
        using var fed = OrtValue.CreateTensorValueFromMemory(held.data<float>().ToArray(), held.shape);
        using var outputs = session.Run(run, [input], [fed], [name]);
        var theirs = Array.ConvertAll(outputs[0].GetTensorDataAsSpan<float>().ToArray(), one => (double)one);
        var own = Values(value);
        var largest = Largest(theirs);
        return own.Length == theirs.Length && own.Zip(theirs).All(pair => Agree(pair.First, pair.Second, largest));
    }

    private static InferenceSession Opened(OnnxFile file)
    {
        var model = file.Model.Clone();
        var known = model.Graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in model.Graph.Node.SelectMany(node => node.Output).Where(name => name.Length > 0))
        {
            if (known.Add(name)) model.Graph.Output.Add(new ValueInfoProto { Name = name });
        }

        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry(
            "session.model_external_initializers_file_folder_path", Path.GetDirectoryName(Path.GetFullPath(file.Path))!);
        return new InferenceSession(model.ToByteArray(), options);
    }

    private static double[] Values(Tensor tensor)
    {
        using var held = tensor.detach().to(ScalarType.Float64).cpu().contiguous();
        return held.data<double>().ToArray();
    }

    private static InputException Fault(OnnxFile file, string difference, string node) => new(
        Differs, FaultKind.NotSupported,
        $"The logits of '{file.Path}' computed with gradients differ from ONNX Runtime's: {difference}."
        + (node.Length > 0 ? $" The first node that differs is {node}." : ""), file.Path);
}
