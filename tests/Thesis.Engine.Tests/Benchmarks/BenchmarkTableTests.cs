using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Benchmarks;

public sealed class BenchmarkTableTests : IDisposable
{
    private const string Header = "table,page,dataset,method,group,metric,value,spread\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Student's t of 3 values, 2 degrees of freedom: 4.302653.
    [Fact]
    public void The_interval_over_seeds_is_Student_s()
    {
        var value = Assert.Single(MeasuredValue.Of([Row("a", 0.5, seed: 1), Row("a", 0.6, seed: 2), Row("a", 0.7, seed: 3)]), IsF);
        Assert.Equal(3, value.Seeds);
        Assert.Equal(0.6, value.Mean, 12);
        Assert.Equal(0.1, value.Deviation!.Value, 12);
        Assert.Equal(0.6 - (4.302653 * 0.1 / Math.Sqrt(3)), value.Low!.Value, 6);
        Assert.Equal(0.6 + (4.302653 * 0.1 / Math.Sqrt(3)), value.High!.Value, 6);
    }

    [Fact]
    public void One_seed_has_the_interval_that_its_run_gave()
    {
        ResultRow[] rows = [Row("a", 0.9), Row("a", 0.85, metric: "f_lower"), Row("a", 0.94, metric: "f_upper"), Row("b", 0.5)];
        var values = MeasuredValue.Of(rows).Where(IsF).ToArray();
        Assert.Equal((0.85, 0.94), (values[0].Low!.Value, values[0].High!.Value));
        Assert.Null(values[1].Low);
        Assert.DoesNotContain(MeasuredValue.Of(rows), value => value.Metric.StartsWith("f_", StringComparison.Ordinal));
    }

    [Fact]
    public void Failed_runs_are_no_values_and_seconds_are_of_runs()
    {
        var failed = Row("a", 0.9, seed: 2) with { Status = ResultRow.Failed, Value = null, Metric = "" };
        ResultRow[] rows = [Row("a", 0.9), Row("a", 0.8, metric: "g"), failed];
        var values = MeasuredValue.Of(rows);
        Assert.Equal(["f", "g", MeasuredValue.Seconds], values.Select(value => value.Metric));
        Assert.Equal((1, 2.5), (values[2].Seeds, values[2].Mean));
    }

    [Fact]
    public void Reversed_orders_are_named_and_ties_are_not_reversed()
    {
        var published = Published("t,9,d,a,,f,0.9,\nt,9,d,b,,f,0.8,\nt,9,d,c,,f,0.7,\nt,9,d,e,,f,0.7,\nt,9,d,gone,,f,0.1,\n");
        ResultRow[] rows = [Row("a", 0.5), Row("b", 0.6), Row("c", 0.5), Row("e", 0.4)];
        var table = BenchmarkTable.Of(rows, published, []);

        // Six pairs of a, b, c, e without c and e, whose published values are equal.
        Assert.Equal(5, table.OrderCount);
        var broken = Assert.Single(table.BrokenOrders);
        Assert.Equal(("a", "b"), (broken.Above.Measured.Method, broken.Below.Measured.Method));
        Assert.Null(broken.IsWithinInterval);
        Assert.Contains("- d, f: a 0.5000 (0.9000) below b 0.6000 (0.8000)", TableText.Lines(table, TableFormat.Markdown));
    }

    [Theory]
    [InlineData(0.05, true)]
    [InlineData(0.001, false)]
    public void A_reversed_order_may_be_chance(double spread, bool chance)
    {
        var published = Published("t,9,d,a,,f,0.9,\nt,9,d,b,,f,0.8,\n");
        ResultRow[] rows =
        [
            Row("a", 0.5 - spread), Row("a", 0.5 + spread, seed: 2), Row("b", 0.6 - spread), Row("b", 0.6 + spread, seed: 2),
        ];
        Assert.Equal(chance, Assert.Single(BenchmarkTable.Of(rows, published, []).BrokenOrders).IsWithinInterval);
    }

    [Fact]
    public void A_generated_dataset_has_the_values_of_the_real_one_and_a_grid_its_best_point()
    {
        var published = Published("t,9,d,a,,f,0.9,0.1\nt,9,other,a,,f,0.2,\nt,9,d,a,,seconds,3,\n");
        ResultRow[] rows =
        [
            Row("a", 0.5, dataset: "d-synthetic", parameters: "{\"E\":1}"), Row("a", 0.7, dataset: "d-synthetic", parameters: "{\"E\":2}"),
            Row("a", 0.3, metric: "unpublished", dataset: "d-synthetic"),
        ];
        var table = BenchmarkTable.Of(rows, published, []);
        Assert.Equal([null, 0.9], table.Cells.Where(cell => cell.Measured.Metric == "f").Select(cell => cell.Published?.Value));
        Assert.Equal(["f", MeasuredValue.Seconds], table.Cells.Select(cell => cell.Measured.Metric).Distinct());
        var text = string.Join("\n", TableText.Lines(table, TableFormat.Markdown));
        Assert.Contains("generated data", text, StringComparison.Ordinal);
        Assert.Contains("a {E:2} | 0.7000 (0.9000)", text, StringComparison.Ordinal);
        Assert.Equal(["unpublished"], BenchmarkTable.Of(rows, published, ["unp*"]).Cells.Select(cell => cell.Measured.Metric));
    }

    [Fact]
    public void A_table_of_one_dataset_is_every_dataset_s()
    {
        var published = Published("4.2,,deeplesion,li,largest,psnr,20.2,\n");
        Assert.Equal(20.2, published.Find("ct-rtk", "li", "largest", "psnr")?.Value);
        Assert.Null(published.Find("ct-rtk", "li", "", "psnr"));
        var table = BenchmarkTable.Of([Row("li", 21, metric: "psnr", dataset: "ct-rtk") with { Group = "largest" }], published, []);
        Assert.Contains("ct-rtk, psnr: n 7, seeds 1; in brackets Table 4.2, which is of deeplesion.", TableText.Lines(table, TableFormat.Markdown));
    }

    [Fact]
    public void Parts_of_the_data_stand_across_and_csv_has_all_digits()
    {
        ResultRow[] rows = [Row("a", 1.0 / 3) with { Group = "large" }, Row("a", 20.121) with { Group = "small" }, Row("a", 7)];
        var table = BenchmarkTable.Of(rows, null, ["f"]);
        Assert.Contains("| | large | small | all |", TableText.Lines(table, TableFormat.Markdown));
        Assert.Contains("| a | 0.3333 | 20.12 | 7 |", TableText.Lines(table, TableFormat.Markdown));
        Assert.Contains("probe,d,a,{},large,f,,7,1,0.3333333333333333,,,,,", TableText.Lines(table, TableFormat.Csv));
        var latex = TableText.Lines(BenchmarkTable.Of([Row("x_1", 0.5)], null, []), TableFormat.Latex).ToArray();
        Assert.Contains("x\\_1 & 0.5000 \\\\", latex);
        Assert.Equal(latex.Count(line => line.StartsWith("\\begin", StringComparison.Ordinal)), latex.Count(line => line.StartsWith("\\end", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("t,9,d,a,,f,0,9,\n", "FeatureRowRagged")]
    [InlineData("t,9,d,a,,f,much,\n", "PublishedTableInvalid")]
    [InlineData("t,9,d,a,,f,1,-2\n", "PublishedTableInvalid")]
    [InlineData("t,9,d,a,,f,1,\nt,9,d,a,,f,2,\n", "PublishedTableInvalid")]
    public void What_is_no_published_table_is_refused(string rows, string id) =>
        Assert.Equal(id, Assert.Throws<InputException>(() => Published(rows)).ErrorId);

    [Fact]
    public void Other_columns_are_refused()
    {
        var path = Path.Combine(_folder.Path, "other.csv");
        File.WriteAllText(path, "a,b\n1,2\n");
        Assert.Equal("PublishedTableInvalid", Assert.Throws<InputException>(() => PublishedTable.Read(path)).ErrorId);
    }

    // A few cells that were looked up in the dissertation apart from the files.
    [Theory]
    [InlineData("2.1", "lfw", "pahc-k1", "", "bcubed_f", 0.9894)]
    [InlineData("2.2", "ijbb-1845", "ahc", "", "bcubed_f", 0.8360)]
    [InlineData("3.2", "ijbb-256", "ddc-neg", "", "precision_at_recall_0.80", 0.620)]
    [InlineData("3.3", "ijbb-1845", "ddc-neg", "", "seconds", 339)]
    [InlineData("3.4", "ytf", "dbscan", "", "nmi", 0.967)]
    [InlineData("4.1", "deeplesion", "g", "", "psnr_window", 33.51)]
    [InlineData("4.2", "deeplesion", "dudonet", "smallest", "ssim_window", 0.9592)]
    [InlineData("5.2", "mnist", "invgan-r10-pgd-75", "", "accuracy", 0.87)]
    [InlineData("5.4", "cifar10", "invgan-r1-clean", "", "accuracy", 0.59)]
    [InlineData("5.6", "fashion-mnist", "invgan-r1-overpowered", "", "accuracy", 0.24)]
    public void The_files_hold_what_the_dissertation_prints(string table, string dataset, string method, string group, string metric, double value)
    {
        var published = PublishedTable.Read(Repository.Path("configs", "published", $"table-{table}.csv"));
        Assert.Equal(table, published.Table);
        Assert.Equal(value, published.Find(dataset, method, group, metric)?.Value);
    }

    [Fact]
    public void Changes_beyond_the_intervals_are_told_from_the_rest()
    {
        ResultRow[] before = [.. Seeds("a", 0.50, 0.52, 0.54), .. Seeds("b", 0.50, 0.52, 0.54), Row("c", 0.5), Row("d", 0.5), Row("gone", 1)];
        ResultRow[] after = [.. Seeds("a", 0.53, 0.55, 0.57), .. Seeds("b", 0.70, 0.72, 0.74), Row("c", 0.5004), Row("d", 0.501), Row("new", 1)];
        var changes = ResultComparison.Of(before, after, tolerance: 1e-3);
        Assert.Equal(
            [("a", ChangeKind.Same), ("b", ChangeKind.Moved), ("c", ChangeKind.Same), ("d", ChangeKind.Moved), ("new", ChangeKind.Added), ("gone", ChangeKind.Removed)],
            changes.Select(change => (change.Either.Method, change.Kind)));
    }

    // A metric that became NaN is no unchanged one, and stands in no order.
    [Fact]
    public void What_is_no_number_moved_and_is_beside_no_published_value()
    {
        ResultRow[] before = [Row("a", 0.5), Row("b", double.NaN)];
        ResultRow[] after = [Row("a", double.NaN), Row("b", double.NaN)];
        Assert.Equal([ChangeKind.Moved, ChangeKind.Same], ResultComparison.Of(before, after, tolerance: 1).Select(change => change.Kind));
        var table = BenchmarkTable.Of(before, Published("t,9,d,a,,f,0.9,\nt,9,d,b,,f,0.8,\n"), []);
        Assert.Equal([0.9, null], table.Cells.Select(cell => cell.Published?.Value));
        Assert.Equal((0, 0), (table.OrderCount, table.BrokenOrders.Count));
    }

    private static bool IsF(MeasuredValue value) => value.Metric == "f";

    private static ResultRow[] Seeds(string method, params double[] values) =>
        [.. values.Select((value, seed) => Row(method, value, seed: seed))];

    private PublishedTable Published(string rows)
    {
        var path = Path.Combine(_folder.Path, "table.csv");
        File.WriteAllText(path, Header + rows);
        return PublishedTable.Read(path);
    }

    private static ResultRow Row(
        string method, double value, long seed = 1, string metric = "f", string dataset = "d", string parameters = "{}") => new()
    {
        RunId = $"{dataset} {method} {parameters} {seed}",
        Benchmark = "probe",
        Task = "face-clustering",
        Dataset = dataset,
        Method = method,
        Parameters = parameters,
        Seed = seed,
        Metric = metric,
        Value = value,
        Count = 7,
        ElapsedSeconds = 2.5,
        Status = ResultRow.Succeeded,
    };
}
