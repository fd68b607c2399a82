using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography.Operators;

// Tolerances: 1e-5 of the largest value for exact integrals, Joseph and filter; 2e-5 for rebinning and images.
public sealed class OperatorVectorTests
{
    private static readonly ScanGeometry Geometry = OperatorVectors.Geometry;

    // The rebinned geometry of the vectors: 161 bins, 80 views on half a turn.
    private static readonly ScanGeometry Rebinned =
        new ParallelRebinning<float>(Geometry, new ReconstructionOptions()).ParallelGeometry;

    [Fact]
    public void Exact_line_integrals_of_Shepp_and_Logan()
    {
        var sinogram = SheppLogan.Create(32).LineIntegrals(Geometry, WorkContext.Default);
        Check("fan_exact", OperatorVectors.Widen(sinogram.Values), 1e-5 * 17.53);
    }

    [Fact]
    public void The_raster_of_Shepp_and_Logan_is_the_area_average()
    {
        var expected = OperatorVectors.Read("shepp64");
        var image = SheppLogan.Create(32).Rasterise(Geometry, WorkContext.Default);
        // The vector samples 8 x 8 points a pixel, we 8 lines: an edge that cuts few points differs by a sixteenth.
        var square = expected.Zip(image.Values, (a, b) => (double)(a - b) * (a - b)).Average();
        Assert.InRange(Math.Sqrt(square), 0, 0.005);
    }

    [Fact]
    public void Joseph_projection()
    {
        var image = OperatorVectors.Read("shepp64");
        CheckBoth("fan_joseph_of_shepp64", image, 1e-5 * 16.37, new ForwardProjection<float>(Geometry),
            new ForwardProjection<double>(Geometry));
    }

    [Fact]
    public void Joseph_adjoint()
    {
        var sinogram = OperatorVectors.Read("rand_sino");
        var single = OperatorVectors.ApplyAdjoint(new ForwardProjection<float>(Geometry), sinogram);
        Check("joseph_adjoint_of_rand_sino", OperatorVectors.Widen(single), 1e-5 * 25.66);
        var exact = OperatorVectors.ApplyAdjoint(
            new ForwardProjection<double>(Geometry), OperatorVectors.Widen(sinogram));
        Check("joseph_adjoint_of_rand_sino", exact, 1e-5 * 25.66);
    }

    [Fact]
    public void Backprojection_adjoint()
    {
        var image = OperatorVectors.Read("rand_img");
        var single = OperatorVectors.ApplyAdjoint(new Backprojection<float>(Rebinned), image);
        Check("backproject_adjoint_of_rand_img", OperatorVectors.Widen(single), 1e-5);
        var exact = OperatorVectors.ApplyAdjoint(new Backprojection<double>(Rebinned), OperatorVectors.Widen(image));
        Check("backproject_adjoint_of_rand_img", exact, 1e-5);
    }

    [Fact]
    public void Rebinning()
    {
        Assert.Equal(0.5698272259678349, Rebinned.BinSpacing, 1e-12);
        var options = new ReconstructionOptions();
        CheckBoth("par_rebinned_folded", OperatorVectors.Read("fan_exact"), 2e-5,
            new ParallelRebinning<float>(Geometry, options), new ParallelRebinning<double>(Geometry, options));
    }

    [Fact]
    public void The_response_of_the_ramp()
    {
        Check("ramp_H", RampTaps.Response(RampFilterKind.RamLak, 512, Rebinned.BinSpacing), 1e-5 * 0.877);
    }

    [Fact]
    public void Filtering()
    {
        var taps = RampTaps.Parallel(RampFilterKind.RamLak, 161, Rebinned.BinSpacing);
        CheckBoth("par_filtered", OperatorVectors.Read("par_rebinned_folded"), 1e-5 * 1.88,
            new BinFilter<float>(80, taps), new BinFilter<double>(80, taps));
    }

    [Theory]
    [InlineData(FanReconstruction.Rebinned, "fbp_rebin")]
    [InlineData(FanReconstruction.Direct, "fbp_fan_direct")]
    public void Filtered_backprojection(FanReconstruction fan, string vector)
    {
        var options = new ReconstructionOptions { Fan = fan };
        CheckBoth(vector, OperatorVectors.Read("fan_exact"), 2e-5,
            FilteredBackprojection.Create<float>(Geometry, options),
            FilteredBackprojection.Create<double>(Geometry, options));
    }

    private static void CheckBoth(
        string vector, float[] input, double tolerance, LinearOperator<float> single, LinearOperator<double> exact)
    {
        Check(vector, OperatorVectors.Widen(OperatorVectors.Apply(single, input)), tolerance);
        Check(vector, OperatorVectors.Apply(exact, OperatorVectors.Widen(input)), tolerance);
    }

    private static void Check(string vector, double[] actual, double tolerance) =>
        OperatorVectors.AssertNear(OperatorVectors.Read(vector), actual, tolerance);
}
