using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// What the trainings of generators share: the images, the generator and its average, the pictures of its samples, and whether it has
/// collapsed.
/// </summary>
internal abstract class GeneratorTrainingTask : TrainingTask, IDisposable
{
    /// <summary>The images and samples that are measured.</summary>
    protected const int MeasuredSamples = 256;

    // Samples whose spread is a tenth of the images' are one picture.
    private const double CollapsedShare = 0.1;

    private readonly LabelledImages _images;
    private readonly double _spread;
    private int _measured;

    protected GeneratorTrainingTask(
        GenerativeTrainingOptions options, LabelledImages images, SamplePicture picture, Device device, WorkContext work)
    {
        (Options, _images, Picture, Device) = (options, images, picture, device);
        Generator = options.Architecture.Generator(options.LatentLength, options.Width, images.Shape, CPU);
        if (options.AverageDecay > 0) Average = options.Architecture.Generator(options.LatentLength, options.Width, images.Shape, CPU);
        Identity = new Dictionary<string, string>
        {
            ["model"] = options.ToString(),
            ["images"] = images.Fingerprint(work),
        };
        using var scope = NewDisposeScope();
        _spread = Spread(Measured);
    }

    public override IReadOnlyDictionary<string, string> Identity { get; }

    public override int ExampleCount => Options.Run.ExampleCount;

    public override IReadOnlyList<string> Measures { get; } = ["relative_spread"];

    public override Device Device { get; }

    /// <summary>What is written: the average, where one is kept.</summary>
    public GeneratorNetwork Result => Average ?? Generator;

    /// <summary>Parameters of all networks but the averages.</summary>
    public abstract long ParameterCount { get; }

    /// <summary>How the networks are trained.</summary>
    protected GenerativeTrainingOptions Options { get; }

    /// <summary>The generator that is trained.</summary>
    protected GeneratorNetwork Generator { get; }

    /// <summary>The average of the generator; null where none is kept.</summary>
    protected GeneratorNetwork? Average { get; }

    /// <summary>The picture.</summary>
    protected SamplePicture Picture { get; }

    /// <summary>The first images of the set.</summary>
    protected Tensor Measured => ImageBatches.Images(_images, [.. Enumerable.Range(0, Math.Min(MeasuredSamples, _images.Count))], Device);

    public override IReadOnlyList<double> Validate(WorkContext work)
    {
        var share = _spread == 0 ? 1 : Spread(Samples()) / _spread;
        // The first samples of a training may all look alike.
        if (share < CollapsedShare && _measured++ > 0)
        {
            work.Warning?.Invoke(FormattableString.Invariant(
                $"The generator has collapsed: its samples differ from each other by {share:P1} of what the images do. Its training goes on; another seed, smaller learning rates or another objective may help."));
        }

        return [share];
    }

    public override void Show(CurvePoint point, WorkContext work) => Picture.Write(Samples());

    /// <summary>Puts the networks on the device, as they compute there; a task calls it when it has them all.</summary>
    protected void Prepare()
    {
        foreach (var module in Modules.Values)
        {
            ChannelsLast.Apply(module.to(Device));
            MixedPrecision.Apply(module, Options.Run.MixedPrecision);
        }
    }

    /// <summary>G of fresh codes, the same at each point of the curve.</summary>
    protected Tensor Samples() => Result.forward(
        GenerativeModel.Codes(MeasuredSamples, Options.LatentLength, new SeededRandom(Options.Run.Seed), Device));

    /// <summary>Images of the set, drawn at random.</summary>
    protected Tensor RealImages(int count, SeededRandom random)
    {
        var indices = new int[count];
        for (var i = 0; i < count; i++) indices[i] = random.NextInt32(_images.Count);
        return ImageBatches.Images(_images, indices, Device);
    }

    /// <summary>Draws of N(0, I).</summary>
    protected Tensor Codes(int count, Generator generator) =>
        empty(count, Options.LatentLength, device: Device).normal_(0, 1, generator);

    /// <summary>Parameters of some networks.</summary>
    protected static long Count(params IEnumerable<nn.Module> modules) =>
        modules.SelectMany(module => module.parameters()).Sum(parameter => parameter.numel());

    // The mean over the pixels of the deviation from the mean image.
    private static double Spread(Tensor images)
    {
        using var scope = NewDisposeScope();
        return images.std(0L).mean().item<float>();
    }

    public void Dispose()
    {
        foreach (var optimiser in Optimisers) optimiser.Dispose();
        foreach (var module in Modules.Values) module.Dispose();
    }
}
