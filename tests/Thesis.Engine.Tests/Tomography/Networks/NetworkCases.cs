using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Tomography.Networks;

/// <summary>A tiny geometry and scans in it, for networks.</summary>
internal static class NetworkCases
{
    /// <summary>32 x 32 pixels, 24 views, 33 bins.</summary>
    public static ScanGeometry Tiny { get; } = new(
        DetectorKind.Arc, views: 24, bins: 33, binSpacing: 1.0 * Math.PI / 180, imageSize: 32, pixelSize: 15.36 / 32,
        sourceDistance: 1075 * 15.36 / 416);

    public static ExampleFactory Factory(bool isCorrected = false) =>
        new(Tiny, slices: null, phantomShare: 1, new ArtifactSimulationOptions(), isCorrected);

    public static RestorationExample[] Examples(int count, long seed = 1, bool isCorrected = false) =>
        Factory(isCorrected).Make(Enumerable.Range(0, count).ToArray(), new SeededRandom(seed), WorkContext.Default);

    public static ScanBatch Batch(RestorationExample[] examples) =>
        ScanBatch.Of([.. examples.Select(example => example.Input)], Tiny, CPU);

    /// <summary>Gives every parameter a value that is not 0, as after training.</summary>
    public static void Scatter(nn.Module module, ulong seed)
    {
        using var guard = no_grad();
        using var generator = new Generator(seed, CPU);
        foreach (var (name, parameter) in module.named_parameters())
        {
            var centre = name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0;
            var fan = parameter.dim() > 1 ? parameter.numel() / parameter.shape[0] : 25;
            using var draw = empty(parameter.shape, dtype: parameter.dtype).normal_(centre, 1 / Math.Sqrt(fan), generator);
            parameter.copy_(draw);
        }
    }
}
