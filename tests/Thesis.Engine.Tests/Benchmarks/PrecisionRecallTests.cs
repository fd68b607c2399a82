using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Benchmarks;

public sealed class PrecisionRecallTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_with_a_curve_is_a_curve_and_one_without_is_a_point()
    {
        WriteCurve("a", "threshold,recall,precision\n0.1,0.2,1\n0.5,0.9,0.8\n");
        var rows = Run("a", "ahc").Concat(Run("b", "kmeans")).ToArray();
        var series = PrecisionRecall.Collect(_folder.Path, rows);
        Assert.Equal(["ahc", "kmeans"], series.Select(line => line.Method));
        Assert.Equal([.2, .9], series[0].Recall);
        Assert.Equal([1, .8], series[0].Precision);
        Assert.True(series[1].IsPoint);
        Assert.Equal((.6, .7), (series[1].Recall[0], series[1].Precision[0]));
    }

    [Fact]
    public void A_long_curve_is_thinned_and_keeps_its_ends()
    {
        WriteCurve("a", "recall,precision\n" + string.Concat(Enumerable.Range(0, 9001).Select(i =>
            FormattableString.Invariant($"{i / 9000.0},{1 - (i / 9000.0)}\n"))));
        var curve = Assert.Single(PrecisionRecall.Collect(_folder.Path, Run("a", "ahc")));
        Assert.InRange(curve.Recall.Count, 1000, 2001);
        Assert.Equal((0, 1), (curve.Recall[0], curve.Recall[^1]));
    }

    [Theory]
    [InlineData("threshold,recall\n1,1\n", "it needs the columns")]
    [InlineData("recall,precision\n1,1\nmany,1\n", "in line 3 recall is 'many'")]
    [InlineData("recall,precision\n0.5,1.5\n", "in line 2 precision is 1.5, which is not from 0")]
    [InlineData("recall,precision\n\"0,5\",1\n", "in line 2 recall is '0,5'")]
    [InlineData("recall;precision\n0,5;1\n", "commas between them")]
    [InlineData("recall,precision\n", "it has no rows")]
    public void A_file_that_is_no_curve_is_a_fault(string text, string reason)
    {
        WriteCurve("a", text);
        var fault = Assert.Throws<InputException>(() => PrecisionRecall.Collect(_folder.Path, Run("a", "ahc")));
        Assert.Equal("CurveInvalid", fault.ErrorId);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    private static ResultRow[] Run(string id, string method)
    {
        var row = ResultStoreTests.Run(id, 1)[0] with { Method = method };
        return [row with { Metric = "bcubed_recall", Value = .6 }, row with { Metric = "bcubed_precision", Value = .7 }];
    }

    private void WriteCurve(string id, string text)
    {
        var folder = Path.Combine(_folder.Path, PrecisionRecall.CurveFolder);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, id + ".csv"), text);
    }
}
