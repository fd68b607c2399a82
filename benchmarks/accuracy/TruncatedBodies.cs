using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Accuracy;

/// <summary>
/// Real slices scanned by a detector that sees a part of them: the error within its field of view, of filtered
/// backprojection and with the views continued, against the reconstruction by a detector that sees all.
/// </summary>
internal static class TruncatedBodies
{
    private const int SlicesEach = 4;
    private const int Views = 984;
    private const double SourceDistance = 57;
    private const double BinAngle = 0.00105;

    // Of the image's half.
    private static readonly double[] Shares = [0.7, 0.85, 1];

    public static int Run(string data)
    {
        var work = WorkContext.Default;
        var options = new ReconstructionOptions { Extrapolate = true };
        Table.Header("slice,field_radius_cm,truncated_views,rmse_hu,bias_hu,continued_rmse_hu,continued_bias_hu");
        var ratios = new Dictionary<double, List<double>>();
        foreach (var slice in RealSlices.Read(data, SlicesEach))
        {
            var image = new SliceImage(slice.Size, slice.Size);
            HounsfieldScale.ToAttenuation(slice.Values, image.Values, slice.Size);
            var half = 0.5 * slice.Size * slice.PixelSize;
            var whole = new Tomograph(Scanner(slice, Math.Sqrt(2) * half));
            var truth = whole.Reconstruct(whole.Project(image, work), work);
            foreach (var share in Shares)
            {
                var geometry = Scanner(slice, share * half);
                var plain = new Tomograph(geometry);
                var sinogram = plain.Project(image, work);
                var truncation = DetectorTruncation.Of(sinogram);
                if (truncation.Views == 0) continue;
                var (rmse, bias) = Error(plain.Reconstruct(sinogram, work), truth, geometry);
                var continued = new Tomograph(geometry, options).Reconstruct(sinogram, work);
                var (less, rest) = Error(continued, truth, geometry);
                Table.Print($"{slice.Name},{share * half:F1},{truncation.Views},{rmse:F2},{bias:F2},{less:F2},{rest:F2}");
                if (!ratios.TryGetValue(share, out var list)) ratios.Add(share, list = []);
                list.Add(less / rmse);
            }
        }

        foreach (var (share, list) in ratios)
        {
            var (mean, largest, above) = (list.Average(), list.Max(), list.Count(ratio => ratio > 1));
            Table.Print(
                $"# field {share} of the image: continued / plain mean {mean:F3}, largest {largest:F3}, above 1: {above} of {list.Count}");
        }

        return 0;
    }

    private static ScanGeometry Scanner(RealSlice slice, double radius)
    {
        var bins = (2 * (int)Math.Ceiling(Math.Asin(radius / SourceDistance) / BinAngle)) + 1;
        return new ScanGeometry(DetectorKind.Arc, Views, bins, BinAngle, slice.Size, slice.PixelSize, SourceDistance);
    }

    private static (double RootMeanSquare, double Mean) Error(SliceImage image, SliceImage truth, ScanGeometry geometry)
    {
        var reach = Math.Min(Math.Abs(geometry.RayOffset(0)) / geometry.PixelSize, 0.5 * geometry.ImageSize) - 2;
        var half = 0.5 * (geometry.ImageSize - 1);
        double[] errors =
        [
            .. Enumerable.Range(0, image.Values.Length)
                .Where(i => double.Hypot((i / geometry.ImageSize) - half, (i % geometry.ImageSize) - half) < reach)
                .Select(i => (image.Values[i] - truth.Values[i]) / HounsfieldScale.WaterAttenuation * 1000),
        ];
        return (Math.Sqrt(errors.Average(error => error * error)), errors.Average());
    }
}
