using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The architectures of generative models, by the names that model files carry: a generator, its discriminator and its inverter.</summary>
public sealed class GenerativeArchitecture
{
    private readonly int _side;
    private readonly Func<int, int, ImageShape, Device, GeneratorNetwork> _generator;
    private readonly Func<ImageShape, int, int, bool, Device, EncoderNetwork> _discriminator;
    private readonly Func<ImageShape, int, int, Device, EncoderNetwork> _inverter;

    private GenerativeArchitecture(
        string name, string title, int side, int width, Func<int, int, ImageShape, Device, GeneratorNetwork> generator,
        Func<ImageShape, int, int, bool, Device, EncoderNetwork> discriminator, Func<ImageShape, int, int, Device, EncoderNetwork> inverter)
    {
        (Name, Title, DefaultWidth, _side) = (name, title, width, side);
        (_generator, _discriminator, _inverter) = (generator, discriminator, inverter);
    }

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<GenerativeArchitecture> All { get; } =
    [
        new(
            "dcgan28", "InvGAN's DCGAN for 28x28", 28, 64,
            (latent, width, shape, device) => new Dcgan28Generator(latent, width, shape, device),
            Dcgan28Network.Discriminator, Dcgan28Network.Inverter),
        new(
            "dcgan32", "spectrally normalised DCGAN for 32x32", 32, 64,
            (latent, width, shape, device) => new Dcgan32Generator(latent, width, shape, device),
            Dcgan32Network.Discriminator, Dcgan32Network.Inverter),
        new(
            "resnet32", "spectrally normalised residual networks for 32x32", 32, 128,
            (latent, width, shape, device) => new Resnet32Generator(latent, width, shape, device),
            (shape, width, outputs, normalised, device) => new Resnet32Network(shape, width, outputs, normalised, device),
            (shape, width, latent, device) => new Resnet32Network(shape, width, latent, normalised: false, device)),
    ];

    /// <summary>The name, in lower case.</summary>
    public string Name { get; }

    /// <summary>What it is.</summary>
    public string Title { get; }

    /// <summary>The width d of the public code.</summary>
    public int DefaultWidth { get; }

    /// <summary>The architecture of a name, in any case.</summary>
    /// <param name="name">The name.</param>
    /// <param name="file">The file that names it, or null.</param>
    /// <exception cref="InputException"><c>ArchitectureUnknown</c>, with the nearest name.</exception>
    public static GenerativeArchitecture Find(string name, string? file = null) =>
        ArchitectureNames.Find(All, known => known.Name, name, file, "generative architecture");

    /// <summary>Whether its images have that shape.</summary>
    public bool Takes(ImageShape shape) => shape.Height == _side && shape.Width == _side;

    /// <summary>Fails when its images have another side.</summary>
    /// <exception cref="InputException"><c>ArchitectureShapeInvalid</c>.</exception>
    internal void RequireShape(ImageShape shape)
    {
        if (Takes(shape)) return;
        throw new InputException(
            "ArchitectureShapeInvalid", FaultKind.InvalidArgument,
            $"The architecture '{Name}' makes images of {_side} x {_side}, not of {shape}.", Name);
    }

    /// <summary>A generator; call after <see cref="TorchBackend.EnsureLoaded"/>.</summary>
    internal GeneratorNetwork Generator(int latentLength, int width, ImageShape shape, Device device) =>
        _generator(latentLength, width, shape, device);

    /// <summary>A discriminator, of one output unless told otherwise.</summary>
    internal EncoderNetwork Discriminator(ImageShape shape, int width, bool normalised, Device device, int outputs = 1) =>
        _discriminator(shape, width, outputs, normalised, device);

    /// <summary>An inverter.</summary>
    internal EncoderNetwork Inverter(ImageShape shape, int width, int latentLength, Device device) =>
        _inverter(shape, width, latentLength, device);
}
