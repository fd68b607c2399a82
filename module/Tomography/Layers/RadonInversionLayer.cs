using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The Radon inversion layer (dissertation, section 4.2.2): filtered backprojection of fan or parallel sinograms,
/// [B, 1, views, bins] to [B, 1, N, N] in 1/cm, whose gradient is backprojection^T, filter, rebinning^T and, of a short scan,
/// Parker's weights.
/// </summary>
public sealed class RadonInversionLayer : OperatorLayer
{
    /// <summary>Creates the layer.</summary>
    /// <exception cref="InputException">
    /// What <see cref="FilteredBackprojection"/> refuses; <c>OptionOutOfRange</c>: a direct fan, which has no layer.
    /// </exception>
    public RadonInversionLayer(ScanGeometry geometry, ReconstructionOptions? options = null)
        : this(Checked(geometry, options ?? new ReconstructionOptions()), geometry)
    {
    }

    private RadonInversionLayer(ReconstructionOptions options, ScanGeometry geometry)
        : base(
            nameof(RadonInversionLayer),
            (geometry.Views, geometry.Bins),
            (geometry.ImageSize, geometry.ImageSize),
            () => FilteredBackprojection.Create<float>(geometry, options),
            () => FilteredBackprojection.Create<double>(geometry, options),
            () => Tensors(geometry, options))
    {
    }

    // The faults of the geometry are found here, before any tensor.
    private static ReconstructionOptions Checked(ScanGeometry geometry, ReconstructionOptions options)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        if (geometry.Detector == DetectorKind.Parallel)
        {
            if (!geometry.IsFullTurn && !geometry.IsHalfTurn) throw ScanRange.Unsupported(geometry);
            ScanRange.RequireBothSides(geometry);
        }
        else if (options.Fan == FanReconstruction.Direct)
        {
            throw OptionRange.OutOfRange("The Radon inversion layer rebins fans; a direct fan is not one.", options.Fan);
        }
        else if (!geometry.IsFullTurn)
        {
            if (!ShortScan.Is(geometry)) throw ScanRange.Unsupported(geometry);
            ScanRange.RequireBothSides(geometry);
        }

        return options;
    }

    private static TensorChain Tensors(ScanGeometry geometry, ReconstructionOptions options)
    {
        if (geometry.Detector == DetectorKind.Parallel) return new TensorChain(Inversion(geometry, options));
        var parallel = new RebinningGrid(geometry, options).Parallel;
        ITensorOperator[] chain = [new TensorRebinning(geometry, options), .. Inversion(parallel, options)];
        return geometry.IsFullTurn
            ? new TensorChain(chain)
            : new TensorChain([new TensorRayWeights(ShortScan.Weights(geometry)), .. chain]);
    }

    private static ITensorOperator[] Inversion(ScanGeometry parallel, ReconstructionOptions options) =>
    [
        new TensorFilter(
            parallel.Views, RampTaps.Parallel(options.Filter, parallel.Bins, Math.Abs(parallel.BinSpacing))),
        new TensorBackprojection(parallel),
    ];
}
