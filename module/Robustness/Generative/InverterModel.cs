using Thesis.Engine.Data;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>A trained inverter I of a generator: frozen, in evaluation mode.</summary>
internal sealed class InverterModel : IDisposable
{
    private readonly EncoderNetwork _network;

    /// <summary>Takes the network over, and releases it when disposed.</summary>
    public InverterModel(
        EncoderNetwork network, ImageShape shape, int latentLength, Device device, ScalarType elementType = ScalarType.Float32)
    {
        (_network, ImageShape, LatentLength) = (network, shape, latentLength);
        GenerativeModel.Freeze(network, device, elementType);
    }

    /// <summary>The shape of its images.</summary>
    public ImageShape ImageShape { get; }

    /// <summary>The length of a latent code.</summary>
    public int LatentLength { get; }

    /// <summary>Whether its codes are put on the sphere of radius sqrt(D), as AGE's.</summary>
    public bool IsOnSphere { get; init; }

    /// <summary>I(x), N x D; gradients flow to x.</summary>
    public Tensor Codes(Tensor images)
    {
        using var scope = NewDisposeScope();
        var codes = _network.forward(images);
        return (IsOnSphere ? InferenceLosses.OnSphere(codes) : codes).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
