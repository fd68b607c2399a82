using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Accuracy;

/// <summary>
/// What a reduction does far from small metal, where the truth is known: drawn metals of titanium and iron in real slices, made as
/// <see cref="RodSlice"/> says. Root mean square errors in HU against the slice, within 48 pixels of the metal and in the body
/// beyond, of the input, of the input and the whole correction, and of the output.
/// </summary>
internal static class DrawnMetals
{
    private const int SlicesEach = 4;
    private const int Near = 48;
    private const float Body = -300;

    public static int Run(string data, IReadOnlyList<string> methods)
    {
        var work = WorkContext.Default;
        var loader = new ScanLoader(GeometryChoice.Of(ScanPresets.SynDeepLesion));
        var errors = new Dictionary<string, List<double[]>>(StringComparer.Ordinal);
        Table.Header(
            "slice,metal,metal_pixels,method,near_input_hu,near_added_hu,near_output_hu,beyond_input_hu,beyond_added_hu,beyond_output_hu");
        foreach (var (rods, name) in Cases(data, work))
        {
            var mask = new PixelMask(rods.Metal.Values, rods.Metal.Rows, rods.Metal.Columns, rods.Name);
            var scan = loader.Load(new ScanInput(rods.Input, mask), PixelUnit.Hounsfield, new MetalDetection(), work);
            var reprojected = SliceConversion.ToHounsfield(scan.Tomograph.Reconstruct(scan.Sinogram, work));
            var (near, beyond) = Regions(rods);
            foreach (var method in methods)
            {
                var full = Reduced(method, isWhole: true);
                float[] added = [.. rods.Input.Values.Select((value, i) => value + full[i] - reprojected[i])];
                float[][] images = [rods.Input.Values, added, Reduced(method, isWhole: false)];
                double[] row = [.. images.Select(image => Error(image, near)), .. images.Select(image => Error(image, beyond))];
                Table.Print(
                    $"{rods.Name},{name},{scan.Metal.PixelCount},{method},{row[0]:F1},{row[1]:F1},{row[2]:F1},{row[3]:F1},{row[4]:F1},{row[5]:F1}");
                var key = $"{method}, {name.Split(' ')[0]}";
                if (!errors.TryGetValue(key, out var list)) errors.Add(key, list = []);
                list.Add(row);
            }

            float[] Reduced(string method, bool isWhole) => SliceConversion.ToHounsfield(
                new ArtifactReducer(Methods.Of(method, isWhole)).Reduce(scan, work).Image);

            double Error(float[] image, int[] at) => Math.Sqrt(at.Average(i => Math.Pow(image[i] - rods.Truth[i], 2)));
        }

        foreach (var (key, rows) in errors.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            double Mean(int column) => rows.Average(row => row[column]);
            var worst = rows.Max(row => row[5] / Math.Min(row[3], row[4]));
            Table.Print(
                $"# {key}: mean RMSE beyond of {rows.Count} cases: input {Mean(3):F1}, all of the correction {Mean(4):F1}, output {Mean(5):F1}; output of the better, at worst {worst:F3}");
        }

        return 0;
    }

    // Two metals each in slices of six patients, titanium and iron in turns.
    private static IEnumerable<(RodSlice Case, string Name)> Cases(string data, WorkContext work)
    {
        var number = 0;
        foreach (var slice in RealSlices.Read(data, SlicesEach))
        {
            if (slice.Name.StartsWith("deeplesion", StringComparison.Ordinal)) continue;
            foreach (var (name, material) in new[] { ("titanium", Material.Titanium), ("iron", Material.Metal("Fe")) })
            {
                number++;
                var options = new MetalShapeOptions { ImageSize = slice.Size, LeastPixels = 8, MostPixels = 400 };
                var shape = MetalShapes.Draw(options, seed: 11, number);
                yield return (RodSlice.Simulate(slice, shape.Mask, material, work), $"{name} {shape.Kind}");
            }
        }
    }

    private static (int[] Near, int[] Beyond) Regions(RodSlice slice)
    {
        var size = slice.Metal.Columns;
        var (near, half) = (slice.Metal.Dilated(Near), 0.5 * (size - 1));
        var inside = Enumerable.Range(0, slice.Truth.Length).Where(i =>
            !slice.Metal.Values[i] && double.Hypot((i / size) - half, (i % size) - half) < half - 2).ToLookup(i => near.Values[i]);
        return ([.. inside[true]], [.. inside[false].Where(i => slice.Truth[i] > Body)]);
    }
}
