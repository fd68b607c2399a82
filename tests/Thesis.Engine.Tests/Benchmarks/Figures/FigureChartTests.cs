using Thesis.Engine.Benchmarks;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Benchmarks.Figures;

public sealed class FigureChartTests
{
    [Fact]
    public void Values_of_results_become_series_with_the_intervals_that_their_runs_gave()
    {
        ResultRow[] rows =
        [
            .. Run("1", """{"Defence":"b","Starts":10,"Steps":20}""", 0.9, 0.8, 0.95),
            .. Run("2", """{"Defence":"b","Starts":1,"Steps":5}""", 0.5, 0.4, 0.6),
            .. Run("3", """{"Defence":"a","Starts":1,"Steps":0}""", 0.7, 0.6, 0.8),
        ];
        var chart = Chart(Description("names: { b: Second, a: First }", "series: Defence"), ResultRecords.Values(rows));
        var panel = Assert.Single(chart.Panels);
        Assert.Equal("digits", panel.Title);
        Assert.Equal(["Second", "First"], panel.Series.Select(series => series.Name));
        Assert.Equal([5, 200], panel.Series[0].X);
        Assert.Equal([0.5, 0.9], panel.Series[0].Y);
        Assert.Equal([0.4, 0.8], panel.Series[0].Low);
        Assert.Equal([0.6, 0.95], panel.Series[0].High);
        Assert.Equal([0], panel.Series[1].X);
    }

    // Student's t of two seeds has one degree of freedom: t(.975) = 12.7062; the mean of .4 and .6 lies within .5 -+ 12.7062
    // x .1.
    [Fact]
    public void Of_several_seeds_the_interval_is_that_of_their_mean()
    {
        ResultRow[] rows =
        [
            .. Run("1", """{"Defence":"b","Starts":1,"Steps":5}""", 0.4, null, null),
            .. Run("2", """{"Defence":"b","Starts":1,"Steps":5}""", 0.6, null, null).Select(row => row with { Seed = 2 }),
        ];
        var series = Assert.Single(Chart(Description("", "series: Defence"), ResultRecords.Values(rows)).Panels[0].Series);
        Assert.Equal(0.5, Assert.Single(series.Y), 1e-12);
        Assert.Equal(0.5 - 1.27062, Assert.Single(series.Low), 1e-5);
        Assert.Equal(0.5 + 1.27062, Assert.Single(series.High), 1e-5);
    }

    [Fact]
    public void Bars_stand_over_names_in_the_order_of_the_description()
    {
        var chart = Chart(
            Description("names: { PGD 75: strong, PGD 25: weak }", "series: Defence", "kind: bar", "of: [attack, Epsilon]"),
            [Record("PGD", 25, "a", 0.8), Record("PGD", 75, "a", 0.6), Record("PGD", 75, "b", 0.7)]);
        Assert.Equal(["strong", "weak"], chart.Panels[0].X.Categories);
        Assert.Equal([1, 0], chart.Panels[0].Series[0].X);
        Assert.Equal([0], chart.Panels[0].Series[1].X);
    }

    [Fact]
    public void A_histogram_shows_shares_of_each_series()
    {
        var panel = Chart(Sizes, Counts(1, 1, 2, "4", 7)).Panels[0];
        Assert.Equal(["1", "2", "3-4", "5 +"], panel.X.Categories);
        Assert.Equal([0.4, 0.2, 0.2, 0.2], panel.Series[0].Y);
        Assert.Equal("d, n 5", panel.Series[0].Name);
    }

    [Fact]
    public void A_histogram_leaves_out_what_lies_in_no_range_and_says_so()
    {
        var said = new List<string>();
        object[] counts = [1, -2, 2, double.PositiveInfinity, "Infinity", 0, double.NaN, "4", 7];
        var series = FigureChart.Of(Sizes, Counts(counts), said.Add).Panels[0].Series[0];
        Assert.Equal("d, n 4", series.Name);
        Assert.Equal([0.25, 0.25, 0.25, 0.25], series.Y);
        Assert.Equal(
            ["'sizes' leaves out 5 of 9 records: their 'Count' is no number from 1 on."], said);
        Assert.Equal("FigureEmpty", Assert.Throws<InputException>(() => Chart(Sizes, Counts(-2, "Infinity"))).ErrorId);
    }

    [Fact]
    public void A_column_that_no_record_has_is_a_fault_with_those_that_there_are()
    {
        var fault = Assert.Throws<InputException>(() => Chart(Description("", "series: Loss"), [Record("PGD", 1, "a", 1)]));
        Assert.Equal("FigureColumnMissing", fault.ErrorId);
        Assert.Contains("Epsilon", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_none_of_which_is_meant_are_a_fault()
    {
        var other = Record("PGD", 1, "a", 1, metric: "mse");
        Assert.Equal("FigureEmpty",
            Assert.Throws<InputException>(() => Chart(Description("", "series: Defence"), [other])).ErrorId);
    }

    [Fact]
    public void Numbers_in_text_are_read_with_a_point_in_every_culture()
    {
        var record = new FigureRecord([new("a", "1.5"), new("b", "1,5"), new("c", 2), new("d", true), new("e", double.NaN)]);
        Assert.Equal(1.5, record.Number("A"));
        Assert.Null(record.Number("b"));
        Assert.Equal(3, record.Product(["a", "c"]));
        Assert.Null(record.Number("d"));
        Assert.Null(record.Number("e"));
    }

    private static FigureDescription Sizes => FigureDescriptionReader.Parse(
        "sizes.yaml",
        """
        version: 1
        figure: sizes
        title: Sizes
        kind: histogram
        series: Dataset
        x: { of: Count, label: faces, bins: [1, 2, 3, 5] }
        y: { label: share }
        """);

    private static FigureRecord[] Counts(params object[] counts) =>
        [.. counts.Select(count => new FigureRecord([new("Count", count), new("Dataset", "d")]))];

    private static Chart Chart(FigureDescription description, IReadOnlyList<FigureRecord> records) =>
        FigureChart.Of(description, FigureColumns.Picked(description, records));

    private static FigureRecord Record(string attack, int epsilon, string defence, double value,
        string metric = "accuracy") => new(
    [
        new("metric", metric), new("dataset", "digits"), new("attack", attack), new("Epsilon", epsilon),
        new("Defence", defence),
        new("Starts", 1), new("Steps", 1), new("value", value),
    ]);

    private static FigureDescription Description(
        string names, string series, string kind = "kind: line", string of = "of: [Starts, Steps]") =>
        FigureDescriptionReader.Parse("probe.yaml", FigureDescriptionTests.Good
            .Replace("names: { b: Second, a: First }", names, StringComparison.Ordinal)
            .Replace("series: [Defence, Loss]", series, StringComparison.Ordinal)
            .Replace("kind: line", kind, StringComparison.Ordinal)
            .Replace("of: [Starts, Steps]", of, StringComparison.Ordinal));

    private static IEnumerable<ResultRow> Run(string id, string parameters, double accuracy, double? low, double? high)
    {
        foreach (var (metric, value) in ((string, double?)[])[("accuracy", accuracy), ("accuracy_lower", low), ("accuracy_upper", high)])
        {
            if (value is null) continue;
            yield return new ResultRow
            {
                RunId = id, Benchmark = "probe", Task = "adversarial-robustness", Dataset = "digits",
                Method = "m" + parameters.Length,
                Parameters = parameters, Seed = 1, Metric = metric, Value = value, Status = ResultRow.Succeeded,
            };
        }
    }
}
