using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The trainings that learn a generator and the inference of its codes at once (Table 5.1's baselines). The inverter of the generator's
/// architecture is the encoder; its average is kept where the generator's is.
/// </summary>
internal abstract class InferenceTrainingTask : GeneratorTrainingTask
{
    protected InferenceTrainingTask(
        GenerativeTrainingOptions options, LabelledImages images, SamplePicture picture, Device device, WorkContext work, int outputs)
        : base(options, images, picture, device, work)
    {
        EncoderNetwork Create() => options.Architecture.Inverter(images.Shape, options.Width, outputs, CPU);
        Encoder = Create();
        if (Average is not null) AverageEncoder = Create();
    }

    public override IReadOnlyDictionary<string, nn.Module> Modules
    {
        get
        {
            var modules = new Dictionary<string, nn.Module> { ["generator"] = Generator, ["encoder"] = Encoder };
            if (Average is not null) (modules["average"], modules["encoder_average"]) = (Average, AverageEncoder!);
            return modules;
        }
    }

    public override IReadOnlyList<string> Measures { get; } = ["relative_spread", "latent_error", "reconstruction_error"];

    /// <summary>The encoder that is trained.</summary>
    protected EncoderNetwork Encoder { get; }

    /// <summary>Its average; null where none is kept.</summary>
    protected EncoderNetwork? AverageEncoder { get; }

    /// <summary>
    /// The inverter that is written, a copy: the encoder, or of one with more outputs than a code has numbers the first ones.
    /// </summary>
    public EncoderNetwork Inverter()
    {
        var inverter = Options.Architecture.Inverter(Result.ImageShape, Options.Width, Options.LatentLength, CPU);
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var state = (AverageEncoder ?? Encoder).state_dict();
        foreach (var (name, tensor) in inverter.state_dict())
        {
            tensor.copy_(tensor.dim() == 0 ? state[name] : state[name][..(int)tensor.shape[0]]);
        }

        return inverter;
    }

    public override void Initialise(Generator generator)
    {
        Generator.Initialise(generator);
        Encoder.Initialise(generator);
        Follow(0);
    }

    public override IReadOnlyList<double> Validate(WorkContext work)
    {
        var codes = Fresh();
        var images = Measured;
        var latent = (codes - Infer(Result.forward(codes))).pow(Held(2)).mean();
        var error = (images - Result.forward(Infer(images))).pow(Held(2)).mean();
        return [.. base.Validate(work), latent.item<float>(), error.item<float>()];
    }

    public override void Show(CurvePoint point, WorkContext work)
    {
        var images = Measured;
        Picture.Write(images, Result.forward(Infer(images)), Samples());
    }

    /// <summary>The codes that the encoder that is written finds for images.</summary>
    protected abstract Tensor Infer(Tensor images);

    /// <summary>Fresh codes as the generator is trained on, the same at each point of the curve.</summary>
    protected virtual Tensor Fresh() =>
        GenerativeModel.Codes(MeasuredSamples, Options.LatentLength, new SeededRandom(Options.Run.Seed).Fork(1), Device);

    /// <summary>Lets the averages follow the networks.</summary>
    protected void Follow(double decay)
    {
        if (Average is null) return;
        ExponentialAverage.Update(Average, Generator, decay);
        ExponentialAverage.Update(AverageEncoder!, Encoder, decay);
    }
}
