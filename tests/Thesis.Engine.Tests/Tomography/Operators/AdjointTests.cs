using System.Numerics;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography.Operators;

public sealed class AdjointTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var (name, geometry) in OperatorCases.All()) cases.Add(name, geometry);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_dot_products_agree_to_1e_12_in_double(string name, string geometry)
    {
        var op = OperatorCases.Create<double>(name, OperatorCases.Geometries[geometry]);
        var x = OperatorVectors.Random(op.InputLength, 1);
        var y = OperatorVectors.Random(op.OutputLength, 2);
        var error = Error(x, y, OperatorVectors.Apply(op, x), OperatorVectors.ApplyAdjoint(op, y));
        Assert.InRange(error, 0, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_dot_products_agree_to_1e_6_in_float_on_every_path(string name, string geometry)
    {
        foreach (var path in Paths())
        {
            var op = OperatorCases.Create<float>(name, OperatorCases.Geometries[geometry], path);
            var x = OperatorVectors.RandomSingle(op.InputLength, 1);
            var y = OperatorVectors.RandomSingle(op.OutputLength, 2);
            var error = Error(x, y, OperatorVectors.Apply(op, x), OperatorVectors.ApplyAdjoint(op, y));
            Assert.True(error <= 1e-6, $"{path}: {error}");
        }
    }

    [Theory]
    [InlineData("dissertation")]
    [InlineData("syndeeplesion")]
    public void The_dot_products_agree_to_1e_6_in_float_at_full_size(string preset)
    {
        var tomograph = new Tomograph(ScanPresets.Find(preset));
        foreach (var op in new[] { tomograph.Projection, tomograph.Reconstruction })
        {
            var x = OperatorVectors.RandomSingle(op.InputLength, 3);
            var y = OperatorVectors.RandomSingle(op.OutputLength, 4);
            var error = Error(x, y, OperatorVectors.Apply(op, x), OperatorVectors.ApplyAdjoint(op, y));
            Assert.InRange(error, 0, 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_paths_agree_to_rounding(string name, string geometry)
    {
        var exact = OperatorCases.Create<double>(name, OperatorCases.Geometries[geometry]);
        var x = OperatorVectors.RandomSingle(exact.InputLength, 5);
        var y = OperatorVectors.RandomSingle(exact.OutputLength, 6);
        var image = OperatorVectors.Apply(exact, OperatorVectors.Widen(x));
        var sinogram = OperatorVectors.ApplyAdjoint(exact, OperatorVectors.Widen(y));
        foreach (var path in Paths())
        {
            var op = OperatorCases.Create<float>(name, OperatorCases.Geometries[geometry], path);
            AssertNear(image, OperatorVectors.Apply(op, x), path);
            AssertNear(sinogram, OperatorVectors.ApplyAdjoint(op, y), path);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_bytes_depend_neither_on_threads_nor_on_the_batch(string name, string geometry)
    {
        var op = OperatorCases.Create<float>(name, OperatorCases.Geometries[geometry]);
        var x = OperatorVectors.RandomSingle(3 * op.InputLength, 7);
        var y = OperatorVectors.RandomSingle(3 * op.OutputLength, 8);
        var one = new WorkContext { Threads = 1 };
        var three = new WorkContext { Threads = 3 };
        var image = OperatorVectors.Apply(op, x, one);
        var sinogram = OperatorVectors.ApplyAdjoint(op, y, one);
        Assert.Equal(image, OperatorVectors.Apply(op, x, three));
        Assert.Equal(sinogram, OperatorVectors.ApplyAdjoint(op, y, three));
        Assert.Equal(image[^op.OutputLength..], OperatorVectors.Apply(op, x[^op.InputLength..], three));
        Assert.Equal(sinogram[^op.InputLength..], OperatorVectors.ApplyAdjoint(op, y[^op.OutputLength..], three));
    }

    // The windows of the adjoint hold what slices need; bins much finer than pixels go another way.
    [Theory]
    [InlineData("dissertation", true)]
    [InlineData("syndeeplesion", true)]
    [InlineData("fine", false)]
    public void Tiles_fit_their_windows(string name, bool expected)
    {
        var geometry = name == "fine"
            ? new ScanGeometry(DetectorKind.Flat, 12, 900, 0.01, 64, 0.1, 20, 40)
            : ScanPresets.Find(name);
        var segments = new JosephSegments(new JosephRays<float>(geometry), geometry.SinogramLength, geometry.Bins, geometry.ImageSize, WorkContext.Default);
        Assert.Equal(expected, segments.Fit);
        Assert.Equal(geometry.SinogramLength, segments.Segments.Sum(segment => segment.Count));
        Assert.Equal(geometry.SinogramLength, segments.Segments.SelectMany(
            segment => Enumerable.Range(0, segment.Count).Select(i => segment.FirstRay + (i * segment.Step))).Distinct().Count());
    }

    // Rows and columns without a value are not walked; the sums are those of an image with a value in every corner.
    [Fact]
    public void Where_the_image_is_0_nothing_is_lost()
    {
        var geometry = OperatorVectors.Geometry;
        var size = geometry.ImageSize;
        var small = new float[geometry.ImageLength];
        for (var i = 0; i < 6; i++) small[((20 + i) * size) + 9 + (2 * i)] = 1 + i;
        var corners = new float[geometry.ImageLength];
        foreach (var at in new[] { 0, size - 1, size * (size - 1), (size * size) - 1 }) corners[at] = 1;
        float[] both = [.. small.Zip(corners, (a, b) => a + b)];
        foreach (var path in Paths())
        {
            var op = new ForwardProjection<float>(geometry, path);
            var (one, other, sum) = (OperatorVectors.Apply(op, small), OperatorVectors.Apply(op, corners), OperatorVectors.Apply(op, both));
            Assert.Contains(one, value => value > 0);
            AssertNear([.. one.Zip(other, (a, b) => (double)a + b)], sum, path);
        }
    }

    // A correction of a trace is 0 in most bins, and the filter leaves these out.
    [Fact]
    public void A_sparse_sinogram_is_filtered_like_any_other()
    {
        const int bins = 101;
        var taps = RampTaps.Parallel(RampFilterKind.RamLak, bins, 0.1);
        var filter = new BinFilter<double>(6, taps);
        var sparse = new double[6 * bins];
        (sparse[7], sparse[bins + 90], sparse[(5 * bins) + 100]) = (2, -3, 1);
        var filtered = OperatorVectors.Apply(filter, sparse);
        for (var i = 0; i < filtered.Length; i++)
        {
            var (view, bin) = Math.DivRem(i, bins);
            var expected = view switch
            {
                0 => 2 * taps[Math.Abs(bin - 7)],
                1 => -3 * taps[Math.Abs(bin - 90)],
                5 => taps[100 - bin],
                _ => 0,
            };
            Assert.Equal(expected, filtered[i], 1e-12);
        }
    }

    [Fact]
    public void A_cancelled_operator_stops()
    {
        var tomograph = new Tomograph(OperatorVectors.Geometry);
        var stopped = new WorkContext { Cancellation = new CancellationToken(canceled: true) };
        Assert.ThrowsAny<OperationCanceledException>(
            () => tomograph.Reconstruct(new Sinogram(OperatorVectors.Geometry), stopped));
        Assert.ThrowsAny<OperationCanceledException>(() => tomograph.Project(new SliceImage(64, 64), stopped));
    }

    private static IEnumerable<KernelPath> Paths() => KernelPaths.Available;

    // |<Ax, y> - <x, A'y>| / (|Ax| |y|), summed in double.
    private static double Error<T>(T[] x, T[] y, T[] image, T[] adjoint)
        where T : INumber<T>
    {
        var difference = Dot(image, y) - Dot(x, adjoint);
        return Math.Abs(difference) / Math.Sqrt(Dot(image, image) * Dot(y, y));
    }

    private static double Dot<T>(T[] left, T[] right)
        where T : INumber<T> =>
        left.Zip(right, (a, b) => double.CreateChecked(a) * double.CreateChecked(b)).Sum();

    private static void AssertNear(double[] expected, float[] actual, KernelPath path)
    {
        var largest = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs(expected[i] - actual[i]);
            Assert.True(difference <= 1e-5 * largest, $"{path} [{i}]: {expected[i]} and {actual[i]}, largest {largest}");
        }
    }
}
