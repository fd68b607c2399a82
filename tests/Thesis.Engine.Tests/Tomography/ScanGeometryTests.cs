using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

public sealed class ScanGeometryTests
{
    [Fact]
    public void The_dissertations_geometry()
    {
        var geometry = ScanPresets.Find("Dissertation");
        Assert.Equal((416, 320, 321), (geometry.ImageSize, geometry.Views, geometry.Bins));
        Assert.Equal(39.69, geometry.SourceDistance, 0.005);
        Assert.Equal(0.036923, geometry.PixelSize, 1e-6);
        Assert.Equal(0, geometry.RayOffset(160), 1e-12);
        // 2 round(asin(296 / 1075) / 0.1 degree) + 1 bins: the fan covers the image's corners.
        Assert.Equal((2 * Math.Round(Math.Asin(296.0 / 1075) * 1800 / Math.PI)) + 1, geometry.Bins);
        Assert.True(geometry.RayOffset(320) > geometry.ImageSize * geometry.PixelSize / Math.Sqrt(2));
    }

    [Fact]
    public void Every_name_is_found_and_no_other()
    {
        foreach (var name in ScanPresets.Names) Assert.Equal(ScanPresets.Find(name), ScanPresets.Find(name.ToUpperInvariant()));
        Assert.Equal("GeometryUnknown", Assert.Throws<InputException>(() => ScanPresets.Find("circle")).ErrorId);
    }

    // The source of a view lies on each of the view's rays.
    [Theory]
    [InlineData("dissertation")]
    [InlineData("syndeeplesion")]
    public void The_rays_of_a_view_meet_in_the_source(string preset)
    {
        var geometry = ScanPresets.Find(preset);
        for (var view = 0; view < geometry.Views; view += 37)
        {
            var (sine, cosine) = Math.SinCos(geometry.ViewAngle(view));
            var (x, y) = (-geometry.SourceDistance * sine, geometry.SourceDistance * cosine);
            for (var bin = 0; bin < geometry.Bins; bin += 20)
            {
                var theta = geometry.RayAngle(view, bin);
                Assert.Equal(geometry.RayOffset(bin), (x * Math.Cos(theta)) + (y * Math.Sin(theta)), 1e-9);
            }
        }
    }

    public static TheoryData<Func<ScanGeometry>, string> Faults => new()
    {
        { () => new(DetectorKind.Arc, 0, 81, 0.01, 64, 0.2, 30), "0 views" },
        { () => new(DetectorKind.Arc, 10, 100_000, 0.01, 64, 0.2, 30), "100000 bins" },
        { () => new(DetectorKind.Arc, 10, 81, double.NaN, 64, 0.2, 30), "NaN" },
        { () => new(DetectorKind.Arc, 10, 81, 0, 64, 0.2, 30), "bin spacing of 0" },
        { () => new(DetectorKind.Arc, 10, 81, 0.01, 4, 0.2, 30), "4 x 4" },
        { () => new(DetectorKind.Arc, 10, 81, 0.01, 64, -0.2, 30), "-0.2 cm" },
        { () => new(DetectorKind.Arc, 10, 81, 0.01, 64, 0.2, 9), "source distance of 9" },
        { () => new(DetectorKind.Arc, 10, 81, 0.05, 64, 0.2, 30), "fan that opens" },
        { () => new(DetectorKind.Arc, 10, 81, 0.01, 64, 0.2, 30, 60), "only flat" },
        { () => new(DetectorKind.Flat, 10, 81, 0.01, 64, 0.2, 30), "source-detector distance of 0" },
        { () => new(DetectorKind.Parallel, 10, 81, 0.01, 64, 0.2, 30), "parallel rays" },
        { () => new(DetectorKind.Parallel, 10, 81, 0.01, 64, 0.2, angularRange: 7), "angular range of 7" },
        { () => new(DetectorKind.Parallel, 10, 81, 0.01, 64, 0.2, detectorOffset: 60), "offset of 60" },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void A_geometry_that_cannot_be_is_refused_with_the_value(Func<ScanGeometry> make, string said)
    {
        var fault = Assert.Throws<InputException>(make);
        Assert.Equal("GeometryInvalid", fault.ErrorId);
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
    }
}
