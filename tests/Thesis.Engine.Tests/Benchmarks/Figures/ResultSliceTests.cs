using SkiaSharp;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Benchmarks.Figures;

/// <summary>Images of a results' folder of metal artifact reduction, in figures and reports.</summary>
public sealed class ResultSliceTests : IDisposable
{
    private const int Side = 32;

    private readonly TemporaryFolder _folder = new();

    public ResultSliceTests()
    {
        Write("data/bodies-seed1/a.npy", 1000);
        Write("data/bodies-seed1/a.truth.npy", 50);
        Write("images/run1/a.li.npy", 275);
        Write("images/run1/a.li.difference.npy", -725);
        Write("images/run2/a.npy", 1000);
        var mask = new bool[Side * Side];
        mask[0] = true;
        using var stream = File.Create(Path.Combine(_folder.Path, "data", "bodies-seed1", "a.mask.png"));
        MaskFile.Write(stream, new PixelMask(mask, Side, Side, ""));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_case_has_the_images_of_each_run_and_names_that_lead_out_of_the_folder_are_passed_over()
    {
        Cases("a\tlarge", "../../etc\tlarge", "b\tsmall");
        var slice = Assert.Single(ResultSlice.Collect(_folder.Path, Rows));
        Assert.Equal(("bodies", "a", "large"), (slice.Dataset, slice.Name, slice.Group));
        var reduced = Assert.Single(slice.Reduced, image => image.Method == "li");
        Assert.EndsWith("a.li.npy", reduced.Path, StringComparison.Ordinal);
        Assert.EndsWith("a.li.difference.npy", reduced.DifferencePath, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_whose_images_were_removed_have_no_slices()
    {
        Assert.Empty(ResultSlice.Collect(_folder.Path, Rows));
        Assert.Empty(SliceComparison.Of(_folder.Path, Rows, DisplayWindow.SoftTissue, WorkContext.Default));
    }

    // -175 HU is black, 275 white, 50 their middle; differences lie around 0, as wide: -725 is black.
    [Fact]
    public void A_report_shows_greys_by_the_window_and_leaves_out_the_method_that_does_nothing()
    {
        Cases("a\tlarge");
        var slice = Assert.Single(SliceComparison.Of(_folder.Path, Rows, DisplayWindow.SoftTissue, WorkContext.Default));
        var method = Assert.Single(slice.Methods);
        Assert.Equal("li", method.Method);
        Assert.Equal([255, 128, 255, 0], new[] { slice.Before, slice.Truth, method.After, method.Difference }.Select(Grey));
        Assert.Equal("-225 to 225 HU", slice.DifferenceWindow.ToString());
    }

    [Fact]
    public void A_figure_of_slices_has_a_row_a_group_and_its_metal_in_yellow()
    {
        Cases("a\tlarge");
        var figure = FigureDescriptionReader.Parse("f.yaml", """
            version: 1
            figure: f
            title: t
            kind: pictures
            from: slices
            benchmarks: b
            where: { part: [before, after, truth], method: [before, li, truth] }
            panel: group
            series: method
            pictures: { path: path, mask: mask, window: [-175, 275] }
            names: { truth: Truth, li: LI }
            """);
        Assert.Equal(3, FigureFile.Write(figure, ResultRecords.Slices(_folder.Path, Rows), _folder.Path, false,
            WorkContext.Default));
        using var bitmap = SKBitmap.Decode(Path.Combine(_folder.Path, "f.png"));
        var pixels = bitmap.Pixels;

        // A mask's pixel is shown by 3 x 3 on each of three pictures.
        Assert.Equal(27, pixels.Count(pixel => pixel is { Red: 255, Green: 221, Blue: 0 }));

        // The truth's, and a few of the letters' edges.
        Assert.InRange(pixels.Count(pixel => pixel is { Red: 128, Green: 128, Blue: 128 }), (96 * 96) - 9, (96 * 96) + 100);
    }

    private static ResultRow[] Rows =>
    [
        Row("run1", "li", "LI"), Row("run2", "none", "None"),
    ];

    private static ResultRow Row(string id, string method, string algorithm) => new()
    {
        RunId = id, Benchmark = "b", Task = "metal-artifact-reduction", Dataset = "bodies", Method = method,
        Algorithm = algorithm, Seed = 1,
        Metric = "rmse_hu", Value = 1, Status = ResultRow.Succeeded, Group = "large",
    };

    private static int Grey(byte[] png)
    {
        using var bitmap = SKBitmap.Decode(png);
        return bitmap.GetPixel(Side / 2, Side / 2).Red;
    }

    private void Cases(params string[] lines) =>
        File.WriteAllLines(Path.Combine(_folder.Path, "data", "bodies-seed1", "cases.txt"), lines);

    private void Write(string name, float hounsfield)
    {
        var path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        NpyFile.Write<float>(path, Enumerable.Repeat(hounsfield, Side * Side).ToArray(), Side, Side);
    }
}
