using System.Numerics;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Engine.Tests.Tomography.Operators;

/// <summary>Operators and geometries of every kind, small.</summary>
internal static class OperatorCases
{
    // Its rays are seen once on one side, which only rebinning weighs.
    private const string Shifted = "shifted";

    public static IReadOnlyDictionary<string, ScanGeometry> Geometries { get; } = new Dictionary<string, ScanGeometry>
    {
        ["arc"] = OperatorVectors.Geometry,
        ["arc-reversed"] = new(
            DetectorKind.Arc, 45, 51, 0.012, 33, 0.24, 11.5, startAngle: 1.3, angularRange: -2 * Math.PI, detectorOffset: 0.25),
        ["flat"] = new(DetectorKind.Flat, 60, 97, -0.21, 52, 0.13, 19, 40, startAngle: Math.PI / 2),
        ["parallel"] = new(DetectorKind.Parallel, 70, 75, 0.11, 50, 0.12, angularRange: Math.PI),
        ["parallel-turn"] = new(DetectorKind.Parallel, 64, 40, -0.31, 47, 0.15, startAngle: 0.4),
        ["parallel-coarse"] = new(DetectorKind.Parallel, 30, 20, 0.9, 40, 0.3, angularRange: Math.PI),
        ["parallel-fine"] = new(DetectorKind.Parallel, 30, 300, 0.02, 40, 0.1, angularRange: -Math.PI),
        // Bins a pixel for which the tiles of AVX-512 have 12, 8 and 4 rows.
        ["parallel-2-bins"] = new(DetectorKind.Parallel, 24, 131, 0.05, 43, 0.11, angularRange: Math.PI),
        ["parallel-3-bins"] = new(DetectorKind.Parallel, 24, 160, -0.04, 43, 0.115, startAngle: 0.2),
        ["parallel-4-bins"] = new(DetectorKind.Parallel, 24, 190, 0.03, 43, 0.12, angularRange: Math.PI),
        ["truncated"] = new(DetectorKind.Arc, 36, 31, 0.01, 64, 0.2, 30, detectorOffset: -1),
        // A turn that is no whole number of views, and one that runs backwards.
        // Four quarters of a turn, whose views go together with AVX-512: forwards, backwards, with bins wider and finer than pixels.
        ["quarters"] = new(DetectorKind.Flat, 40, 97, 0.21, 64, 0.13, 19, 40, startAngle: 0.3),
        ["quarters-reversed"] = new(
            DetectorKind.Arc, 44, 83, -0.009, 48, 0.17, 15, startAngle: 1.3, angularRange: -2 * Math.PI, detectorOffset: 0.25),
        ["quarters-few"] = new(DetectorKind.Arc, 4, 9, 0.05, 16, 0.1, 6, startAngle: 0.8),
        ["quarters-seventeen"] = new(DetectorKind.Flat, 8, 17, 0.3, 80, 0.05, 7, 13, startAngle: Math.PI / 4),
        ["quarters-coarse"] = new(DetectorKind.Parallel, 16, 33, 0.25, 32, 0.15, startAngle: -0.9),
        ["short"] = new(DetectorKind.Arc, 41, 51, 0.012, 33, 0.24, 11.5, startAngle: 0.7, angularRange: 3.9),
        ["short-flat"] = new(DetectorKind.Flat, 50, 97, 0.21, 52, 0.13, 19, 40, startAngle: 2, angularRange: -3.8),
        [Shifted] = new(DetectorKind.Arc, 36, 31, 0.01, 64, 0.2, 30, detectorOffset: -3),
    };

    public static LinearOperator<T> Create<T>(string name, ScanGeometry geometry, KernelPath? path = null)
        where T : unmanaged, IFloatingPointIeee754<T> => name switch
        {
            "projection" => new ForwardProjection<T>(geometry, path ?? KernelPaths.Widest),
            "backprojection" => new Backprojection<T>(geometry, path ?? KernelPaths.Widest),
            "rebinning" => new ParallelRebinning<T>(geometry, new ReconstructionOptions(), path ?? KernelPaths.Widest),
            "ramp" => new BinFilter<T>(
                geometry.Views, RampTaps.Parallel(RampFilterKind.RamLak, geometry.Bins, Math.Abs(geometry.BinSpacing))),
            "filter" => new BinFilter<T>(
                geometry.Views, RampTaps.Parallel(RampFilterKind.Hann, geometry.Bins, Math.Abs(geometry.BinSpacing))),
            "inversion" => FilteredBackprojection.Create<T>(geometry, new ReconstructionOptions()),
            "literal" => FilteredBackprojection.Create<T>(
                geometry, new ReconstructionOptions { Filter = RampFilterKind.Literal, ParallelBins = geometry.Bins }),
            _ => FilteredBackprojection.Create<T>(
                geometry, new ReconstructionOptions { Fan = FanReconstruction.Direct, Filter = RampFilterKind.SheppLogan }),
        };

    /// <summary>Every operator with every geometry that it takes.</summary>
    public static IEnumerable<(string Operator, string Geometry)> All() =>
        from geometry in Geometries
        let parallel = geometry.Value.Detector == DetectorKind.Parallel
        from name in parallel
            ? new[] { "projection", "backprojection", "filter", "ramp", "inversion" }
            : ["projection", "rebinning", "filter", "ramp", "inversion", "literal", "direct"]
        where name != "direct" || geometry.Key != Shifted
        select (name, geometry.Key);
}
