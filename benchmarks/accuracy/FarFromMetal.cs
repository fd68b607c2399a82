using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Accuracy;

/// <summary>
/// What a reduction changes far from the metal, on real slices with metal of their own: edges, noise and HU at 60 pixels and more
/// from it, and whether a slice without metal comes back as it was.
/// </summary>
internal static class FarFromMetal
{
    private const int Least = 60;
    private const double EdgeQuantile = 0.95;

    public static int Run(string data, IReadOnlyList<string> methods)
    {
        var work = WorkContext.Default;
        var loader = new ScanLoader(GeometryChoice.Of(ScanPresets.SynDeepLesion));
        Table.Header("slice,method,form,metal_pixels,edges_kept,noise_kept,soft_drift_hu,soft_mean_change_hu,bone_drift_hu,bone_mean_change_hu");
        var (same, without) = (0, 0);
        var kept = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        foreach (var slice in RealSlices.Read(data))
        {
            var input = new CtSlice
            {
                Source = slice.Name + ".npy", Format = CtFormat.Npy, Rows = slice.Size, Columns = slice.Size, Values = slice.Values,
            };
            var scan = loader.Load(new ScanInput(input), PixelUnit.Hounsfield, new MetalDetection(), work);
            if (scan.Metal.PixelCount == 0)
            {
                without++;
                var image = new ArtifactReducer(ArtifactReducer.MethodOf("nmar")).Reduce(scan, work).Image;
                if (ReferenceEquals(image, scan.Image)) same++;
                continue;
            }

            var region = new Region(slice, scan.Metal);
            foreach (var method in methods)
            {
                foreach (var isWhole in new[] { false, true })
                {
                    var reduced = new ArtifactReducer(Methods.Of(method, isWhole)).Reduce(scan, work);
                    var output = SliceConversion.ToHounsfield(reduced.Image);
                    var form = isWhole ? "full" : "correction";
                    Add(kept, $"{method}, {form}", region.Write(slice.Name, method, form, output));
                }
            }
        }

        foreach (var row in kept.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Table.Print(
                $"# {row.Key}: edges kept at least {row.Value.Min():F4}, mean {row.Value.Average():F4}, .99 or more in {row.Value.Count(v => v >= 0.99)} of {row.Value.Count}");
        }

        Table.Print($"# {without} slices without metal, {same} of them the same image");
        return 0;
    }

    private static void Add(Dictionary<string, List<double>> lists, string name, double value)
    {
        if (!lists.TryGetValue(name, out var list)) lists.Add(name, list = []);
        list.Add(value);
    }

    private sealed class Region
    {
        private readonly float[] _input;
        private readonly int _size;
        private readonly int _metalPixels;
        private readonly int[] _edges;
        private readonly int[] _soft;
        private readonly int[] _flat;
        private readonly int[] _bone;

        public Region(RealSlice slice, MetalMask metal)
        {
            (_input, _size, _metalPixels) = (slice.Values, slice.Size, metal.PixelCount);
            var near = metal.Dilated(Least);
            int[] far =
            [
                .. Enumerable.Range(0, _input.Length).Where(i => !near.Values[i] && i / _size is > 1 && i / _size < _size - 2
                    && i % _size is > 1 && i % _size < _size - 2 && _input[i] > -300),
            ];
            double[] slopes = [.. far.Select(i => Slope(_input, i)).Order()];
            var strong = slopes[(int)(EdgeQuantile * (slopes.Length - 1))];
            _edges = [.. far.Where(i => Slope(_input, i) >= strong)];
            _soft = [.. far.Where(i => _input[i] is > -200 and < 200)];
            _flat = [.. _soft.Where(i => Slope(_input, i) < slopes[slopes.Length / 2])];
            _bone = [.. far.Where(i => _input[i] > 300)];
        }

        public double Write(string name, string method, string form, float[] output)
        {
            double Kept(int[] pixels, Func<float[], int, double> of) =>
                pixels.Average(i => of(output, i)) / pixels.Average(i => of(_input, i));
            var noise = Math.Sqrt(Kept(_flat, (v, i) => Math.Pow(Laplacian(v, i), 2)));
            Table.Print(
                $"{name},{method},{form},{_metalPixels},{Kept(_edges, Slope):F4},{noise:F4},{Drift(_soft):F3},{Mean(_soft):F3},{Drift(_bone):F3},{Mean(_bone):F3}");

            return Kept(_edges, Slope);

            double Mean(int[] pixels) => pixels.Length == 0 ? 0 : pixels.Average(i => Math.Abs(output[i] - _input[i]));
            double Drift(int[] pixels) => pixels.Length == 0 ? 0 : pixels.Average(i => (double)output[i] - _input[i]);
        }

        private double Slope(float[] v, int i) => double.Hypot(v[i + 1] - v[i - 1], v[i + _size] - v[i - _size]);

        private double Laplacian(float[] v, int i) => v[i - 1] + v[i + 1] + v[i - _size] + v[i + _size] - (4 * v[i]);
    }
}
