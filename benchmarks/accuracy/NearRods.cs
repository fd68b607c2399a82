using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Accuracy;

/// <summary>
/// Accuracy near two iron rods in real slices, in HU against the slice: of the method's own reconstruction, of the input and the
/// whole correction, and of what is made of both, within 48 pixels and in the body beyond; and the share of the slice's edges that is left 60 pixels and more away.
/// </summary>
internal static class NearRods
{
    private const int Near = 48;
    private const int Far = 60;
    private const int Slices = 22;

    public static int Run(string data, IReadOnlyList<string> methods)
    {
        var work = WorkContext.Default;
        var loader = new ScanLoader(GeometryChoice.Of(ScanPresets.SynDeepLesion));
        var ratios = methods.ToDictionary(method => method, _ => new List<double>());
        Table.Header("slice,method,near_full_hu,near_added_hu,near_output_hu,output_of_better,far_full_hu,far_added_hu,far_output_hu,edges_full,edges_added,edges_output");
        foreach (var slice in RealSlices.Read(data, most: 5).Take(Slices))
        {
            var rods = RodSlice.Simulate(slice, work);
            var mask = new PixelMask(rods.Metal.Values, slice.Size, slice.Size, slice.Name);
            var scan = loader.Load(new ScanInput(rods.Input, mask), PixelUnit.Hounsfield, new MetalDetection(), work);
            var reprojected = SliceConversion.ToHounsfield(scan.Tomograph.Reconstruct(scan.Sinogram, work));
            var region = new Region(rods);
            foreach (var method in methods)
            {
                var full = Reduced(method, isWhole: true);
                var added = new float[full.Length];
                for (var i = 0; i < added.Length; i++) added[i] = rods.Input.Values[i] + full[i] - reprojected[i];
                var output = Reduced(method, isWhole: false);
                var (a, b, c) = (region.NearError(full), region.NearError(added), region.NearError(output));
                ratios[method].Add(c / Math.Min(a, b));
                Table.Print(
                    $"{slice.Name},{method},{a:F1},{b:F1},{c:F1},{c / Math.Min(a, b):F3},{region.BeyondError(full):F1},{region.BeyondError(added):F1},{region.BeyondError(output):F1},{region.Edges(full):F3},{region.Edges(added):F3},{region.Edges(output):F3}");
            }

            float[] Reduced(string method, bool isWhole) => SliceConversion.ToHounsfield(
                new ArtifactReducer(Methods.Of(method, isWhole)).Reduce(scan, work).Image);
        }

        foreach (var (method, list) in ratios)
        {
            Table.Print(
                $"# {method}: RMSE near the rods as a share of the better form's: mean {list.Average():F3}, worst {list.Max():F3}, at most 1.05 in {list.Count(ratio => ratio <= 1.05)} of {list.Count}");
        }

        return 0;
    }

    private sealed class Region
    {
        private readonly RodSlice _slice;
        private readonly int _size;
        private readonly int[] _near;
        private readonly int[] _beyond;
        private readonly int[] _edges;

        public Region(RodSlice slice)
        {
            (_slice, _size) = (slice, slice.Input.Columns);
            var (near, far) = (slice.Metal.Dilated(Near), slice.Metal.Dilated(Far));
            var half = 0.5 * (_size - 1);
            int[] inside =
            [
                .. Enumerable.Range(0, slice.Truth.Length).Where(i =>
                    !slice.Metal.Values[i] && double.Hypot((i / _size) - half, (i % _size) - half) < half - 2),
            ];
            _near = [.. inside.Where(i => near.Values[i])];
            _beyond = [.. inside.Where(i => !near.Values[i] && slice.Truth[i] > -300)];
            int[] body = [.. inside.Where(i => !far.Values[i] && slice.Truth[i] > -300)];
            double[] slopes = [.. body.Select(i => Slope(slice.Truth, i)).Order()];
            var strong = slopes.Length == 0 ? 0 : slopes[(int)(0.95 * (slopes.Length - 1))];
            _edges = [.. body.Where(i => Slope(slice.Truth, i) >= strong)];
        }

        public double NearError(float[] image) => Error(image, _near);

        public double BeyondError(float[] image) => Error(image, _beyond);

        public double Edges(float[] image) => _edges.Length == 0 ? 1
            : _edges.Average(i => Slope(image, i)) / _edges.Average(i => Slope(_slice.Input.Values, i));

        private double Error(float[] image, int[] at) => Math.Sqrt(at.Average(i => Math.Pow(image[i] - _slice.Truth[i], 2)));

        private double Slope(float[] v, int i) => double.Hypot(v[i + 1] - v[i - 1], v[i + _size] - v[i - _size]);
    }
}
