using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Makes examples: a slice, turned, scaled and mirrored at random, or a phantom; a metal that is drawn; a simulated scan of both.
/// Every draw comes from the generator that is given, so the same one makes the same example.
/// </summary>
internal sealed class ExampleFactory : IExampleSource
{
    private const int MostTrials = 50;

    // Hips and shoulders are farther out than what the published masks show.
    private const double MetalReach = 0.3;

    private readonly Tomograph _tomograph;
    private readonly ArtifactSimulator _simulator;
    private readonly CleanSlices? _slices;
    private readonly double _phantomShare;
    private readonly MetalShapeOptions _metals;
    private readonly bool _isCorrected;

    /// <summary>Creates a factory.</summary>
    /// <param name="geometry">The scans.</param>
    /// <param name="slices">Slices of the geometry's image size; null for phantoms alone.</param>
    /// <param name="phantomShare">The share of examples that are phantoms.</param>
    /// <param name="simulation">Source, metal, noise.</param>
    /// <param name="isCorrected">Whether images corrected for beam hardening are needed.</param>
    public ExampleFactory(
        ScanGeometry geometry, CleanSlices? slices, double phantomShare, ArtifactSimulationOptions simulation, bool isCorrected)
    {
        _tomograph = new Tomograph(geometry);
        _simulator = new ArtifactSimulator(_tomograph, simulation);
        (_slices, _phantomShare, _isCorrected) = (slices, slices is null ? 1 : phantomShare, isCorrected);
        var share = (double)geometry.ImageLength / (416 * 416);
        _metals = new MetalShapeOptions
        {
            ImageSize = geometry.ImageSize,
            LeastPixels = Math.Max(4, (int)Math.Round(MetalShapeOptions.DefaultLeastPixels * share)),
            Reach = MetalReach,
            MostPixels = Math.Max(8, (int)Math.Round(MetalShapeOptions.DefaultMostPixels * share)),
        };
    }

    /// <inheritdoc/>
    public ScanGeometry Geometry => _tomograph.Geometry;

    /// <summary>Whether its examples have images corrected for beam hardening.</summary>
    public bool IsCorrected => _isCorrected;

    /// <summary>Makes the examples of a batch, side by side.</summary>
    /// <param name="indices">Which slices; those of phantoms do not matter.</param>
    /// <param name="random">Its forks are the examples' generators.</param>
    /// <param name="work">Cancellation, threads.</param>
    public RestorationExample[] Make(ReadOnlySpan<int> indices, SeededRandom random, WorkContext work)
    {
        var chosen = indices.ToArray();
        var result = new RestorationExample[chosen.Length];
        RowParallel.For(chosen.Length, work, i => result[i] = MakeOne(chosen[i], random.Fork(i), work));
        return result;
    }

    /// <summary>Makes an example.</summary>
    /// <param name="index">Which slice; that of a phantom does not matter.</param>
    /// <param name="random">Its generator.</param>
    /// <param name="work">Cancellation, threads.</param>
    public RestorationExample MakeOne(int index, SeededRandom random, WorkContext work)
    {
        var size = Geometry.ImageSize;
        var isPhantom = random.NextDouble() < _phantomShare;
        var hounsfield = isPhantom
            ? AnatomicalPhantom.Draw(size, random, work)
            : SliceAugmentation.Apply(_slices![index % _slices.Count], size, random);
        var clean = new SliceImage(hounsfield, size, size);
        HounsfieldScale.ToAttenuation(hounsfield, hounsfield, size);
        var scan = Scan(clean, random, work);
        return new RestorationExample(
            RestorationInput.Of(scan.Corrupted, _isCorrected, work), scan.TrueSinogram.Values,
            RestorationInput.InWater(clean), scan.Corrupted.Metal);
    }

    // A metal that fills a view is drawn anew.
    private SimulatedScan Scan(SliceImage clean, SeededRandom random, WorkContext work)
    {
        for (var trial = 0; ; trial++)
        {
            var metal = MetalShapes.Draw(_metals, unchecked((long)random.NextBits()), index: 0).Mask;
            var scan = _simulator.Simulate(clean, metal, unchecked((long)random.NextBits()), work);
            if (scan.Corrupted.Trace.LeavesEveryView || trial == MostTrials) return scan;
        }
    }
}
