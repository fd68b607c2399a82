using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

/// <summary>The geometry that a DICOM file states.</summary>
public sealed class ScannerGeometryTests
{
    [Fact]
    public void Spacing_and_distance_are_those_of_the_file()
    {
        var scanner = Of((DicomTag.PixelSpacing, "0.859375\\0.859375 "), (DicomTag.SourceToPatient, "541.0 "), (DicomTag.ReconstructionDiameter, "440 "));
        var geometry = scanner.Geometry;
        Assert.Equal(0.0859375, geometry.PixelSize, 1e-12);
        Assert.Equal(54.1, geometry.SourceDistance, 1e-12);
        Assert.Equal((DetectorKind.Arc, 512), (geometry.Detector, geometry.ImageSize));
        Assert.True(geometry.IsFullTurn);

        // The outermost rays pass the image's corners, and neighbours lie 0.7 pixels apart at the centre.
        var corner = 512 * 0.0859375 / Math.Sqrt(2);
        Assert.InRange(geometry.RayOffset(geometry.Bins - 1), corner, corner + (2 * 0.0859375));
        Assert.Equal(0.7 * 0.0859375, geometry.RaySpacing, 1e-6);
        Assert.DoesNotContain("although", scanner.Sentence, StringComparison.Ordinal);
        Assert.Contains("541 mm from the rotation centre (DistanceSourceToPatient (0018,1111))", scanner.Sentence, StringComparison.Ordinal);
        Assert.Contains("Assumed: an arc of", scanner.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", 57.0, "the file does not say it")]
    [InlineData("0 ", "0 ", 57.0, "the file does not say it")]
    [InlineData("", "1026", 57.0, "1.8 times nearer")]
    public void A_distance_that_is_not_stated_is_assumed_and_said(string source, string detector, double expected, string said)
    {
        var scanner = Of((DicomTag.PixelSpacing, "0.5\\0.5 "), (DicomTag.SourceToPatient, source), (DicomTag.SourceToDetector, detector));
        Assert.Equal(expected, scanner.Geometry.SourceDistance, 1e-9);
        Assert.Contains(said, scanner.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_diameter_takes_the_place_of_the_spacing_and_a_contradiction_is_said()
    {
        Assert.Equal(0.1, Of((DicomTag.PixelSpacing, ""), (DicomTag.ReconstructionDiameter, "512 ")).Geometry.PixelSize, 1e-12);
        Assert.Contains(
            "although ReconstructionDiameter (0018,1100) is 300 mm",
            Of((DicomTag.PixelSpacing, "1\\1 "), (DicomTag.ReconstructionDiameter, "300 ")).Sentence, StringComparison.Ordinal);
        Assert.Equal("GeometryNotInFile", Assert.Throws<InputException>(() => Of((DicomTag.PixelSpacing, ""))).ErrorId);
    }

    [Fact]
    public void An_image_of_another_format_states_none()
    {
        var slice = CtFile.ReadSingle(TestFolder.Scan("slice_int16.npy"), WorkContext.Default);
        Assert.Equal("GeometryNotInFile", Assert.Throws<InputException>(() => GeometryChoice.Auto.For(slice)).ErrorId);
    }

    [Fact]
    public void A_field_as_wide_as_a_scanner_has_is_within_the_rays()
    {
        var geometry = Of((DicomTag.PixelSpacing, "1.5234\\1.5234 "), (DicomTag.SourceToPatient, "570 ")).Geometry;
        Assert.InRange(geometry.Bins, 800, ScanGeometry.MostSamples);
        Assert.InRange(geometry.RayOffset(geometry.Bins - 1), 0.9 * 57, 57);
    }

    [Fact]
    public void Projection_and_reconstruction_give_a_smooth_body_back()
    {
        var geometry = ScanPresets.Find("reduced-128");
        var body = TorsoPhantom.Draw(geometry.ImageSize * geometry.PixelSize, new SeededRandom(3L)).Rasterise(geometry, WorkContext.Default);
        var fine = ReprojectionFidelity.Measure(body, new Tomograph(geometry), WorkContext.Default);
        var coarse = ReprojectionFidelity.Measure(
            body, new Tomograph(ScanPresets.Find("reduced-64").ToImage(128)), WorkContext.Default);
        Assert.InRange(fine, 1, 80);
        Assert.True(coarse > 1.2 * fine, $"{coarse} and {fine}");
        Assert.Equal(0, ReprojectionFidelity.Measure(new SliceImage(128, 128), new Tomograph(geometry), WorkContext.Default));
    }

    private static ScannerGeometry Of(params (DicomTag Tag, string Text)[] texts)
    {
        var file = DicomFile.Read(TestFolder.Scan("explicit_signed16.dcm"));
        var size = new byte[] { 0, 2 };
        var changed = texts.Select(text => DicomWriter.TextElement(text.Tag, "DS", text.Text))
            .Append(new DicomElement(DicomTag.Rows, "US", size))
            .Append(new DicomElement(DicomTag.Columns, "US", size))
            .Append(new DicomElement(DicomTag.PixelData, "OW", new byte[2 * 512 * 512]));
        var image = DicomCtImage.From(file with { Data = file.Data.With(changed, _ => false) });
        return ScannerGeometry.Of(new CtSlice
        {
            Source = "x.dcm",
            Format = CtFormat.Dicom,
            Rows = 512,
            Columns = 512,
            Values = [],
            Dicom = image,
        });
    }
}
