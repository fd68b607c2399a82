using System.Numerics.Tensors;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>A trained network and the geometry that it knows. Safe to use from several threads at once.</summary>
internal sealed class ReducerModel : IDisposable
{
    private readonly RestorationNetwork _network;
    private readonly Device _device;

    // The library's threads serve one slice at a time, and so does its memory.
    private readonly Lock _gate = new();
    private bool _isDisposed;

    public ReducerModel(ReducerArchitecture architecture, Tomograph tomograph, RestorationNetwork network, Device device)
    {
        (Architecture, Tomograph, _network, _device) = (architecture, tomograph, network, device);
        network.eval();
        ConvolutionUnit.Fold(network);
    }

    /// <summary>What network it is.</summary>
    public ReducerArchitecture Architecture { get; }

    /// <summary>The operators of its geometry.</summary>
    public Tomograph Tomograph { get; }

    /// <summary>Whether convolutions compute their products in bfloat16.</summary>
    public bool IsMixed { get; private set; }

    /// <summary>Computes in bfloat16, or in float32.</summary>
    public void UseMixedPrecision(bool mixed)
    {
        lock (_gate)
        {
            MixedPrecision.Apply(_network, mixed);
            IsMixed = mixed;
        }
    }

    /// <summary>Restores the image of a scan in the model's geometry, 1/cm.</summary>
    /// <exception cref="InputException"><c>MetalFillsView</c>.</exception>
    public SliceImage Restore(CorruptedScan scan, WorkContext work)
    {
        var input = RestorationInput.Of(scan, Architecture.NeedsCorrected, work);
        return Restore(input);
    }

    /// <summary>Restores what networks see of a scan in the model's geometry, 1/cm.</summary>
    public SliceImage Restore(RestorationInput input)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return RestorationInput.ToImage(Values(input), Tomograph.Geometry.ImageSize);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A slice that nobody waits for any more may still be on its way.
        lock (_gate)
        {
            _isDisposed = true;
            _network.Dispose();
        }
    }

    // What a network takes from an image may leave less than air: it may be as dark as air, or as the darkest pixel that it saw, which
    // for those that see the image with artifacts is air. A reconstruction, and CNNMAR's image, of which classes are made, stay.
    private double? LeastOf(RestorationInput input) => Architecture.Family switch
    {
        ReducerFamily.Conditional or ReducerFamily.ResidualDense => 0,
        ReducerFamily.DualDomain when Architecture.Configuration!.HasImage => Math.Min(0, TensorPrimitives.Min<float>(input.Interpolated)),
        _ => null,
    };

    private float[] Values(RestorationInput input)
    {
        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        var image = _network.Restore(ScanBatch.Of([input], Tomograph.Geometry, _device));
        if (LeastOf(input) is { } least) image = image.clamp_min(Held(least));
        return image.cpu().contiguous().data<float>().ToArray();
    }
}
