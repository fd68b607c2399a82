using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Data.Scans;

/// <summary>Files of a folder as series.</summary>
public sealed class CtSeriesTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Slices_are_ordered_by_their_place_and_not_by_their_names()
    {
        Slice("a.dcm", "1.2", 5, 1);
        Slice("b.dcm", "1.2", -5, 2);
        Slice("c.dcm", "1.2", 0, 3);
        Assert.Equal(["b", "c", "a"], Names());
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Without_every_place_they_are_ordered_by_their_numbers()
    {
        Slice("a.dcm", "1.2", null, 10);
        Slice("b.dcm", "1.2", 0, 9);
        Assert.Equal(["b", "a"], Names());
        Assert.Contains("without a position", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Gaps_and_doubles_are_said()
    {
        foreach (var (name, place) in new[] { ("a", 0.0), ("b", 2.5), ("c", 5), ("d", 10), ("e", 12.5), ("f", 12.5) })
        {
            Slice(name + ".dcm", "1.2", place, 1);
        }

        Names();
        Assert.Equal(2, _warnings.Count);
        Assert.Contains("1 pair of slices in one place, first 'e.dcm' and 'f.dcm'", _warnings[0], StringComparison.Ordinal);
        Assert.Contains("1 gap, first 5 mm between 'c.dcm' and 'd.dcm', where slices are 2.5 mm apart", _warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Several_series_are_never_mixed()
    {
        Slice("a.dcm", "1.2", 0, 1, 7);
        Slice("b.dcm", "1.3", 0, 1, 2);
        Slice("c.dcm", "1.2", 1, 2, 7);
        Slice("d.dcm", "1.4", 0, 1, 2);
        File.Copy(TestFolder.Scan("slice_int16.npy"), _folder["z.npy"]);
        Slice("scout.dcm", "1.5", 0, 1, 1, "ORIGINAL\\PRIMARY\\LOCALIZER");
        var slices = Find();
        var series = slices.ToDictionary(slice => CtFile.NameOf(slice.Path), slice => slice.Series);
        Assert.Equal("series-7", series["a"]);
        Assert.Equal("series-7", series["c"]);
        Assert.Matches("^series-2-[0-9]{6}$", series["b"]);
        Assert.Matches("^series-2-[0-9]{6}$", series["d"]);
        Assert.NotEqual(series["b"], series["d"]);
        Assert.Null(series["z"]);
        Assert.Null(series["scout"]);
    }

    [Fact]
    public void A_localizer_beside_one_series_does_not_split_it()
    {
        Slice("a.dcm", "1.2", 0, 1);
        Slice("scout.dcm", "1.5", 0, 1, 1, "ORIGINAL\\PRIMARY\\LOCALIZER");
        Assert.All(Find(), slice => Assert.Null(slice.Series));
    }

    [Fact]
    public void Folders_below_are_found_and_the_output_is_not()
    {
        foreach (var name in new[] { "b/deep", "a", "out/old", ".hidden" }) Directory.CreateDirectory(_folder[name]);
        Assert.Equal(
            [".", "a", "b", "b/deep"],
            SliceFolder.Below(_folder["."], _folder["out"]).Select(found => Path.GetRelativePath(_folder["."], found)));
    }

    private IReadOnlyList<FolderSlice> Find() =>
        SliceFolder.Find(_folder["."], WorkContext.Default with { Warning = _warnings.Add });

    private string[] Names() => [.. Find().Select(slice => CtFile.NameOf(slice.Path))];

    private void Slice(
        string name, string series, double? place, int number, int seriesNumber = 1, string type = "ORIGINAL\\PRIMARY\\AXIAL")
    {
        var file = DicomFile.Read(TestFolder.Scan("explicit_signed16.dcm"));
        List<DicomElement> changed =
        [
            DicomWriter.TextElement(DicomTag.ImageType, "CS", type),
            DicomWriter.TextElement(DicomTag.SeriesInstance, "UI", series),
            DicomWriter.TextElement(DicomTag.SeriesNumber, "IS", seriesNumber.ToString(CultureInfo.InvariantCulture)),
            DicomWriter.TextElement(DicomTag.InstanceNumber, "IS", number.ToString(CultureInfo.InvariantCulture)),
            DicomWriter.TextElement(DicomTag.ImageOrientation, "DS", "1\\0\\0\\0\\1\\0"),
        ];
        if (place is { } z)
        {
            changed.Add(DicomWriter.TextElement(
                DicomTag.ImagePosition, "DS", string.Create(CultureInfo.InvariantCulture, $"-10\\20\\{z}")));
        }

        using var stream = File.Create(_folder[name]);
        (file with { Data = file.Data.With(changed, _ => false) }).Write(stream);
    }
}
