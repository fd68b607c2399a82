using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Accuracy;

/// <summary>
/// Two iron rods or other metal in a real slice, as a scanner would show them: the difference that they make in a simulated scan,
/// of finer rays than the reduction's, is added to the slice, and the image is cut at -1024 and 3,071 HU.
/// </summary>
/// <param name="Name">The slice.</param>
/// <param name="Input">The slice with metal and streaks, HU.</param>
/// <param name="Truth">The slice, HU.</param>
/// <param name="Metal">The metal.</param>
internal sealed record RodSlice(string Name, CtSlice Input, float[] Truth, MetalMask Metal)
{
    private const float Body = -300;

    public static RodSlice Simulate(RealSlice slice, WorkContext work) =>
        Simulate(slice, Rods(slice), Material.Metal("Fe"), work);

    public static RodSlice Simulate(RealSlice slice, MetalMask metal, Material material, WorkContext work)
    {
        var size = slice.Size;
        var tomograph = new Tomograph(Scanners.Clinical(size, size * slice.PixelSize, views: 720, bins: 801));
        var clean = new SliceImage(
            Array.ConvertAll(slice.Values, value => (float)HounsfieldScale.ToAttenuation(Math.Max(value, -1000))), size, size);
        var options = new ArtifactSimulationOptions { Metal = material, Tissue = TissueUnderMetal.Zeroed };
        var scan = new ArtifactSimulator(tomograph, options).Simulate(clean, metal, 1, work);
        var without = new ArtifactSimulator(tomograph, options with { Noise = false })
            .Simulate(clean, metal, 1, work).TrueSinogram;
        var (with, bare) = (scan.Corrupted.Image, tomograph.Reconstruct(without, work));
        var half = 0.5 * (size - 1);
        var values = new float[slice.Values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var isOutside = double.Hypot((i / size) - half, (i % size) - half) > 0.5 * size;
            var streak = (with.Values[i] - bare.Values[i]) / HounsfieldScale.WaterAttenuation * 1000;
            values[i] = isOutside ? -2000 : metal.Values[i] ? 3071
                : MathF.Round((float)Math.Clamp(slice.Values[i] + streak, -1024, 3071));
        }

        var input = new CtSlice
        {
            Source = slice.Name + ".npy", Format = CtFormat.Npy, Rows = size, Columns = size, Values = values,
        };
        return new RodSlice(slice.Name, input, slice.Values, metal);
    }

    // On both sides of the body's centre, a sixth of its width away.
    private static MetalMask Rods(RealSlice slice)
    {
        var size = slice.Size;
        var inside = Enumerable.Range(0, slice.Values.Length).Where(i => slice.Values[i] > Body).ToArray();
        var (y, x) = (inside.Average(i => i / size), inside.Average(i => (double)(i % size)));
        var apart = (inside.Max(i => i % size) - inside.Min(i => i % size)) / 6.0;
        var radius = 8 * size / 512.0;
        return new MetalMask(
            [.. Enumerable.Range(0, slice.Values.Length).Select(i => double.Hypot((i / size) - y, Math.Abs((i % size) - x) - apart) <= radius)],
            size, size);
    }
}

/// <summary>Geometries of scanners.</summary>
internal static class Scanners
{
    private const double SourceDistance = 57;

    /// <summary>An arc at 57 cm that sees all of a square field of view, in cm.</summary>
    public static ScanGeometry Clinical(int size, double fieldOfView, int views, int bins)
    {
        var half = Math.Asin(fieldOfView / Math.Sqrt(2) * 1.005 / SourceDistance);
        return new ScanGeometry(
            DetectorKind.Arc, views, bins, 2 * half / (bins - 1), size, fieldOfView / size, SourceDistance);
    }
}
