using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

/// <summary>Volumes of files: which slices belong together, and where they are.</summary>
public sealed class SeriesVolumesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // One voxel of metal, in the lowest slice; slices 5 mm apart, pixels of 2.5 mm: the next slice is 2 pixels away, and the
    // points of the plane within 3 are 29, within the root of 5 they are 21.
    [Fact]
    public void The_margin_follows_the_places_that_DICOM_states_and_not_the_names()
    {
        Slice("a.dcm", 5, isMetal: false);
        Slice("b.dcm", -5, isMetal: true);
        Slice("c.dcm", 0, isMetal: false);
        File.Copy(TestFolder.Scan("slice_int16.npy"), _folder["z.npy"]);
        var folder = Path.GetDirectoryName(_folder["a.dcm"])!;
        string[] files = [.. SliceFolder.Find(folder, WorkContext.Default).Select(slice => slice.Path)];
        Assert.Equal(["z.npy", "b.dcm", "c.dcm", "a.dcm"], files.Select(Path.GetFileName));
        var warnings = new List<string>();
        var volumes = SeriesVolumes.Find(
            files, PixelUnit.Auto, new MetalDetection { Margin = 3 }, WorkContext.Default with { Warning = warnings.Add });
        Assert.Empty(warnings);
        Assert.Equal([29, 21, 0], new[] { "b.dcm", "c.dcm", "a.dcm" }.Select(name => MetalOf(volumes, name)));
    }

    [Fact]
    public void A_file_that_was_not_there_is_named()
    {
        Slice("a.dcm", 5, isMetal: true);
        Slice("b.dcm", 10, isMetal: true);
        var volumes = SeriesVolumes.Find([_folder["a.dcm"]], PixelUnit.Auto, new MetalDetection(), WorkContext.Default);
        Assert.Equal(1, MetalOf(volumes, "a.dcm"));
        Assert.Equal("VolumeSliceUnknown", Assert.Throws<InputException>(() => MetalOf(volumes, "b.dcm")).ErrorId);
    }

    private int MetalOf(SeriesVolumes volumes, string name) =>
        volumes.Of(CtFile.ReadSingle(_folder[name], WorkContext.Default)).Metal.PixelCount;

    private void Slice(string name, double place, bool isMetal)
    {
        var file = DicomFile.Read(TestFolder.Scan("square.dcm"));
        var image = DicomCtImage.From(file);
        var values = image.ToHounsfield();
        var words = file.Data.Find(DicomTag.PixelData)!.Value.ToArray();
        var pixels = new byte[words.Length];
        for (var i = 0; i < values.Length; i++) words.AsSpan(0, 2).CopyTo(pixels.AsSpan(2 * i));
        if (isMetal) words.AsSpan(2 * Array.IndexOf(values, values.Max()), 2).CopyTo(pixels.AsSpan(2 * ((32 * 64) + 32)));
        DicomElement[] changed =
        [
            DicomWriter.TextElement(
                DicomTag.ImagePosition, "DS", string.Create(CultureInfo.InvariantCulture, $"-80\\-80\\{place}")),
            new(DicomTag.PixelData, "OW", pixels),
        ];
        using var stream = File.Create(_folder[name]);
        (file with { Data = file.Data.With(changed, _ => false) }).Write(stream);
    }
}
