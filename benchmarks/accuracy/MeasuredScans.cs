using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Accuracy;

/// <summary>A simulated scan with metal.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Scan">The scan, and the one without metal.</param>
internal sealed record MeasuredScan(string Name, SimulatedScan Scan);

/// <summary>
/// LI and NMAR on measured sinograms: the root mean square error in HU within the field of view, metal left out, against the
/// reconstruction of the scan without metal, and the least and largest value of NMAR's image.
/// </summary>
internal static class MeasuredScans
{
    private const int Seeds = 5;
    private const int Size = 256;
    private const double FieldOfView = 41;
    private const int Views = 400;
    private const int Bins = 401;

    // The phantoms of benchmarks/accuracy phantoms: seven places of the metal, five bodies each.
    public static IEnumerable<MeasuredScan> Phantoms()
    {
        var tomograph = new Tomograph(Scanners.Clinical(Size, FieldOfView, Views, Bins));
        foreach (var place in Enum.GetValues<MetalPlace>())
        {
            for (var seed = 1; seed <= Seeds; seed++)
            {
                var scene = MetalScene.Draw(place, seed, tomograph.Geometry, WorkContext.Default);
                yield return new MeasuredScan(
                    $"{place}-{seed}", Simulate(tomograph, scene.Clean, scene.Metal, scene.Material, seed));
            }
        }
    }

    // 15 slices of six patients, brought to 256 x 256 in their own field of view, with three drawn metals each.
    public static IEnumerable<MeasuredScan> Real(string data)
    {
        const int metals = 3;
        var number = 0;
        foreach (var whole in RealSlices.Read(data, most: 3))
        {
            if (whole.Name.StartsWith("deeplesion", StringComparison.Ordinal)) continue;
            var slice = whole.Halved();
            var tomograph = new Tomograph(Scanners.Clinical(slice.Size, slice.Size * slice.PixelSize, Views, Bins));
            // Metal of its own would spoil the truth.
            var clean = new SliceImage(
                Array.ConvertAll(slice.Values, value => (float)HounsfieldScale.ToAttenuation(Math.Clamp(value, -1000, 2000))),
                slice.Size, slice.Size);
            for (var i = 0; i < metals; i++)
            {
                number++;
                var options = new MetalShapeOptions { ImageSize = slice.Size, LeastPixels = 8, MostPixels = 700 };
                var shape = MetalShapes.Draw(options, seed: 7, number);
                var material = number % 2 == 0 ? Material.Metal("Fe") : Material.Titanium;
                yield return new MeasuredScan(
                    $"{slice.Name}-{shape.Kind}", Simulate(tomograph, clean, shape.Mask, material, number));
            }
        }
    }

    public static int Run(IEnumerable<MeasuredScan> scans)
    {
        var work = WorkContext.Default;
        var ratios = new List<double>();
        Table.Header("case,metal_pixels,none_rmse_hu,li_rmse_hu,nmar_rmse_hu,nmar_of_li,nmar_least_hu,nmar_largest_hu");
        foreach (var (name, simulated) in scans)
        {
            var scan = simulated.Corrupted;
            var truth = scan.Tomograph.Reconstruct(simulated.TrueSinogram, work);
            var li = Rmse(Reduced("li"), truth, scan.Metal);
            var image = Reduced("nmar");
            var nmar = Rmse(image, truth, scan.Metal);
            var values = SliceConversion.ToHounsfield(image);
            ratios.Add(nmar / li);
            Table.Print(
                $"{name},{scan.Metal.PixelCount},{Rmse(scan.Image, truth, scan.Metal):F1},{li:F1},{nmar:F1},{nmar / li:F3},{values.Min():F0},{values.Max():F0}");

            SliceImage Reduced(string method) =>
                new ArtifactReducer(Methods.Of(method), KeepMetal: false).Reduce(scan, work).Image;
        }

        Table.Print(
            $"# NMAR's RMSE as a share of LI's over {ratios.Count} cases: mean {ratios.Average():F3}, worst {ratios.Max():F3}, above 1.05 in {ratios.Count(ratio => ratio > 1.05)}");
        return 0;
    }

    private static SimulatedScan Simulate(
        Tomograph tomograph, SliceImage clean, MetalMask metal, Material material, int seed) =>
        new ArtifactSimulator(tomograph, new ArtifactSimulationOptions { Metal = material, Tissue = TissueUnderMetal.Zeroed })
            .Simulate(clean, metal, seed, WorkContext.Default);

    private static double Rmse(SliceImage image, SliceImage truth, MetalMask metal)
    {
        var half = 0.5 * (image.Rows - 1);
        var counted = Enumerable.Range(0, image.Values.Length).Where(i =>
            !metal.Values[i] && double.Hypot((i / image.Columns) - half, (i % image.Columns) - half) <= half);
        return Math.Sqrt(counted.Average(i => Math.Pow(image.Values[i] - truth.Values[i], 2)))
            / HounsfieldScale.WaterAttenuation * 1000;
    }
}
