using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>A trained generator as defences see it: frozen, in evaluation mode. Create it after <see cref="TorchBackend.EnsureLoaded"/>.</summary>
internal sealed class GenerativeModel : IDisposable
{
    private readonly GeneratorNetwork _network;

    /// <summary>Takes the network over, and releases it when disposed.</summary>
    /// <param name="network">G.</param>
    /// <param name="fingerprint">The checksum of its weights, by which an inverter knows it.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="elementType">Float32, or Float64.</param>
    public GenerativeModel(GeneratorNetwork network, string fingerprint, Device device, ScalarType elementType = ScalarType.Float32)
    {
        (_network, Fingerprint, Device, ElementType) = (network, fingerprint, device, elementType);
        Freeze(network, device, elementType);
        network.Fold();
    }

    /// <summary>The checksum of its weights.</summary>
    public string Fingerprint { get; }

    /// <summary>The device.</summary>
    public Device Device { get; }

    /// <summary>The type of codes and images.</summary>
    public ScalarType ElementType { get; }

    /// <summary>The length of a latent code.</summary>
    public int LatentLength => _network.LatentLength;

    /// <summary>The shape of its images.</summary>
    public ImageShape ImageShape => _network.ImageShape;

    /// <summary>G(z), N x C x H x W in [0, 1]; gradients flow to z.</summary>
    public Tensor Images(Tensor codes) => _network.forward(codes);

    /// <summary>Draws of N(0, I), N x D, by one generator.</summary>
    public static Tensor Codes(int count, int length, SeededRandom random, Device device, ScalarType type = ScalarType.Float32)
    {
        var values = new double[count * length];
        for (var i = 0; i < values.Length; i++) values[i] = random.NextGaussian();
        using var scope = NewDisposeScope();
        return tensor(values, [count, length]).to(type, device).MoveToOuterDisposeScope();
    }

    /// <summary>Images must have its shape.</summary>
    /// <exception cref="InputException"><c>GeneratorShapeMismatch</c>.</exception>
    public void RequireShape(ImageShape shape, string of)
    {
        if (ImageShape == shape) return;
        throw new InputException(
            "GeneratorShapeMismatch", FaultKind.InvalidData, $"The generator makes images of {ImageShape}; {of} are {shape}.", of);
    }

    /// <summary>Computes its convolutions in bfloat16, for the training of an inverter.</summary>
    public void UseMixedPrecision(bool mixed) => MixedPrecision.Apply(_network, mixed);

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    internal static void Freeze(nn.Module network, Device device, ScalarType elementType)
    {
        network.to(device, elementType);
        network.eval();
        foreach (var parameter in network.parameters()) parameter.requires_grad_(false);
    }
}
