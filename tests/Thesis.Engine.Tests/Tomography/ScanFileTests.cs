using System.Text;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

/// <summary>Geometries as JSON, sinograms with theirs, and figures.</summary>
public sealed class ScanFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public static TheoryData<string> Presets => [.. ScanPresets.Names];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_geometry_is_read_as_it_was_written(string name)
    {
        var geometry = ScanPresets.Find(name);
        Assert.Equal(geometry, ScanGeometryFile.Parse(Json(geometry), "g.json"));
        Assert.Equal(geometry, ScanGeometryFile.Parse(new byte[] { 0xEF, 0xBB, 0xBF }.Concat(Json(geometry)).ToArray(), "g.json"));
        Assert.Equal(geometry, ScanGeometryFile.Find(name.ToUpperInvariant(), path => path));
    }

    [Fact]
    public void Parallel_rays_have_no_distances()
    {
        var geometry = new ScanGeometry(DetectorKind.Parallel, 90, 129, 0.1, 64, 0.1, angularRange: Math.PI, detectorOffset: 0.25);
        var json = Json(geometry);
        Assert.DoesNotContain("distance", Encoding.UTF8.GetString(json), StringComparison.Ordinal);
        Assert.Equal(geometry, ScanGeometryFile.Parse(json, "g.json"));
    }

    [Theory]
    [InlineData("[]", "no JSON object")]
    [InlineData("{", "no JSON object")]
    [InlineData("{\"detector\": \"arc\", \"detector\": \"flat\"}", "no JSON object")]
    [InlineData("{\"detector\": \"round\"}", "arc, flat, parallel")]
    [InlineData("{\"detector\": \"arc\", \"colour\": 1}", "'colour' is unknown")]
    [InlineData("{\"detector\": \"arc\"}", "'views' is missing")]
    [InlineData("{\"detector\": \"arc\", \"views\": 1.5}", "whole number")]
    [InlineData("{\"detector\": \"arc\", \"views\": 9, \"bins\": 9, \"bin_spacing_cm\": 1}", "'bin_spacing_rad' is missing")]
    [InlineData("{\"detector\": \"parallel\", \"views\": 9, \"bins\": 9, \"bin_spacing_cm\": 1e999}", "finite number")]
    [InlineData("{\"detector\": \"parallel\", \"views\": 9, \"bins\": 9, \"bin_spacing_cm\": 1, \"image_size\": 2, \"pixel_size_cm\": 1}", "2 x 2")]
    [InlineData("{\"detector\": \"parallel\", \"views\": 9, \"bins\": 9, \"bin_spacing_cm\": 1, \"image_size\": 9, \"pixel_size_cm\": 1e300}", "1E+300 cm")]
    [InlineData("{\"detector\": \"parallel\", \"views\": 9, \"bins\": 9, \"bin_spacing_cm\": 1e-300, \"image_size\": 9, \"pixel_size_cm\": 1}", "1E-300")]
    [InlineData("{\"detector\": \"parallel\", \"views\": {\"a\": {\"b\": 1}}}", "no JSON object")]
    public void What_is_no_geometry_is_refused_with_its_reason(string json, string reason)
    {
        var fault = Assert.Throws<InputException>(() => ScanGeometryFile.Parse(Encoding.UTF8.GetBytes(json), "g.json"));
        Assert.Equal("GeometryInvalid", fault.ErrorId);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.Contains("'g.json'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sinogram_and_a_trace_are_read_as_they_were_written()
    {
        var geometry = ScanPresets.Find("reduced-64");
        var values = Enumerable.Range(0, geometry.SinogramLength).Select(i => i / 7f).ToArray();
        SinogramFile.Write(_folder["s.npy"], new Sinogram(values, geometry), overwrite: false);
        var read = SinogramFile.Read(_folder["s.npy"]);
        Assert.Equal(geometry, read.Geometry);
        Assert.Equal(values, read.Values);
        var trace = new MetalTrace([.. values.Select((_, i) => i % 3 == 0)], geometry);
        SinogramFile.Write(_folder["t.npy"], trace, overwrite: false);
        Assert.Equal(trace.Values, SinogramFile.ReadTrace(_folder["t.npy"], geometry).Values);
        Assert.Equal("FileExists", Assert.Throws<InputException>(
            () => SinogramFile.Write(_folder["t.npy"], trace, overwrite: false)).ErrorId);
    }

    [Theory]
    [InlineData(3e38f, "SinogramOutOfRange")]
    [InlineData(-2e6f, "SinogramOutOfRange")]
    [InlineData(float.NaN, "SinogramNotFinite")]
    public void A_value_that_is_no_line_integral_is_refused_with_its_place(float value, string id)
    {
        var geometry = ScanPresets.Find("reduced-64");
        var values = new float[geometry.SinogramLength];
        values[(3 * geometry.Bins) + 5] = value;
        SinogramFile.Write(_folder["s.npy"], new Sinogram(values, geometry), overwrite: false);
        var fault = Assert.Throws<InputException>(() => SinogramFile.Read(_folder["s.npy"]));
        Assert.Equal(id, fault.ErrorId);
        Assert.Contains("view 3, bin 5", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_geometry_brought_to_another_size_keeps_its_rays_and_its_field_of_view()
    {
        var geometry = ScanPresets.Dissertation.ToImage(512);
        Assert.Equal(512 * geometry.PixelSize, 416 * ScanPresets.Dissertation.PixelSize, 1e-12);
        Assert.Equal(ScanPresets.Dissertation.RayOffset(3), geometry.RayOffset(3));
        Assert.Equal(ScanPresets.Dissertation, geometry.ToImage(416).ToImage(416), Approximately);

        static bool Approximately(ScanGeometry a, ScanGeometry b) =>
            a.ImageSize == b.ImageSize && Math.Abs(a.PixelSize - b.PixelSize) < 1e-15;
    }

    [Fact]
    public void A_figure_shows_black_white_and_the_middle_of_its_window()
    {
        var ramp = Enumerable.Range(0, 64 * 64).Select(i => (float)(-175 + (450 * (i % 64) / 63.0))).ToArray();
        using var stream = new MemoryStream();
        ReductionFigure.Write(stream, [new FigurePanel("ramp", ramp, 64, 64, DisplayWindow.SoftTissue)]);
        stream.Position = 0;
        using var bitmap = SkiaSharp.SKBitmap.Decode(stream);
        var middle = bitmap.Height / 2;
        Assert.Equal(0, bitmap.GetPixel(9, middle).Red);
        Assert.Equal(255, bitmap.GetPixel(bitmap.Width - 10, middle).Red);
        Assert.InRange(bitmap.GetPixel(bitmap.Width / 2, middle).Red, 125, 130);
        var title = Enumerable.Range(0, bitmap.Width).Sum(x => Enumerable.Range(8, 20).Count(y => bitmap.GetPixel(x, y).Red < 128));
        Assert.True(title > 20, "The title has no ink.");
    }

    [Theory]
    [InlineData(50, 0)]
    [InlineData(50, -1)]
    [InlineData(double.NaN, 400)]
    public void A_window_without_width_is_refused(double center, double width) => Assert.Equal(
        "OptionOutOfRange", Assert.Throws<InputException>(() => new DisplayWindow(center, width)).ErrorId);

    private static byte[] Json(ScanGeometry geometry)
    {
        using var stream = new MemoryStream();
        ScanGeometryFile.Write(stream, geometry);
        return stream.ToArray();
    }
}
