using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Benchmarks;

public sealed class BenchmarkPlanTests
{
    private static readonly BenchmarkConfig Config = BenchmarkConfigTests.Parse(BenchmarkConfigTests.Good);

    [Fact]
    public void A_plan_is_datasets_by_methods_by_grid_by_seeds()
    {
        var runs = Plan();
        Assert.Equal((1 + 6 + 1) * 2, runs.Count);
        Assert.Equal(runs.Count, runs.Select(run => run.RunId).Distinct().Count());
        Assert.Equal(["ahc", "dbscan", "ddc-neg"], runs.Select(run => run.Method).Distinct());
        Assert.All(runs, run => Assert.Equal("lfw-synthetic", run.Dataset.Name));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(40)]
    public void Shards_hold_every_run_exactly_once(int count)
    {
        var shards = Enumerable.Range(0, count)
            .SelectMany(index => Plan(new PlanOptions { ShardIndex = index, ShardCount = count }));
        Assert.Equal(Plan().Select(run => run.RunId).Order(), shards.Select(run => run.RunId).Order());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 2)]
    [InlineData(2, 2)]
    public void A_shard_out_of_range_is_refused(int index, int count) => Assert.Equal(
        "InvalidArgument",
        Assert.Throws<InputException>(() => Plan(new PlanOptions { ShardIndex = index, ShardCount = count })).ErrorId);

    [Theory]
    [InlineData("d*", 14)]
    [InlineData("DDC-NEG", 2)]
    [InlineData("ah?", 2)]
    [InlineData("lfw", 16)]
    [InlineData("lfw-*", 16)]
    [InlineData("nothing", 0)]
    public void A_filter_keeps_methods_and_datasets_that_match(string filter, int expected) =>
        Assert.Equal(expected, Plan(new PlanOptions { Filter = filter }).Count);

    [Fact]
    public void A_dataset_whose_runs_are_filtered_away_is_never_looked_for()
    {
        var runs = BenchmarkPlan.Create(
            Config, new PlanOptions { Filter = "nothing" }, _ => throw new InvalidOperationException());
        Assert.Empty(runs);
    }

    [Fact]
    public void Run_ids_do_not_depend_on_paths_and_do_on_content()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        WriteDataset(first.Path, "features", "identities");
        WriteDataset(second.Path, "features", "identities");
        var expected = RealIds(first.Path);
        Assert.Equal(expected, RealIds(second.Path));
        WriteDataset(second.Path, "features", "other identities");
        Assert.NotEqual(expected, RealIds(second.Path));
        Assert.NotEqual(expected, Plan().Select(run => run.RunId));
    }

    [Fact]
    public void Run_ids_are_those_of_earlier_versions()
    {
        // sha256('["probe","face-clustering","lfw-synthetic","protocol:lfw","ahc","AHC",{},1]'), first 12 digits, by
        // Python. A change here makes every result file start anew: it must be meant.
        Assert.Equal("a2eccd116ebc", Plan()[0].RunId);
    }

    [Fact]
    public void Missing_files_a_wrong_hash_and_a_missing_folder_are_faults()
    {
        using var folder = new TemporaryFolder();
        var dataset = Config.Datasets[0];
        Assert.Equal("DatasetNotFound", Fault(dataset, folder.Path));
        WriteDataset(folder.Path, "features", "identities");
        Assert.Equal("DatasetHashMismatch", Fault(dataset with { Sha256 = new string('0', 64) }, folder.Path));
        Assert.Equal("DataPathMissing", Fault(dataset with { Protocol = null }, null));
    }

    private static string Fault(DatasetConfig dataset, string? dataPath) =>
        Assert.Throws<InputException>(() => BenchmarkDataset.Resolve(dataset, dataPath)).ErrorId;

    private static IEnumerable<string> RealIds(string dataPath) =>
        [.. BenchmarkPlan.Create(Config, new PlanOptions(), dataset => BenchmarkDataset.Resolve(dataset, dataPath))
            .Select(run => run.RunId)];

    private static IReadOnlyList<PlannedRun> Plan(PlanOptions? options = null) => BenchmarkPlan.Create(
        Config, options ?? new PlanOptions(), dataset => BenchmarkDataset.Resolve(dataset, null));

    private static void WriteDataset(string folder, string features, string identities)
    {
        Directory.CreateDirectory(Path.Combine(folder, "lfw"));
        File.WriteAllText(Path.Combine(folder, "lfw", "features.npy"), features);
        File.WriteAllText(Path.Combine(folder, "lfw", "labels.txt"), identities);
    }
}
