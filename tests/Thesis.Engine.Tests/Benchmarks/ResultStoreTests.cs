using System.Globalization;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Benchmarks;

public sealed class ResultStoreTests : IDisposable
{
    private const string Columns =
        "run_id,benchmark,task,dataset,method,seed,metric,value,unit,n,status,error_id,elapsed_s,peak_memory_mb,"
        + "device,module_version,commit,config_sha256";

    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, ResultStore.FileName);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_columns_are_those_of_the_contract_and_rows_come_back_as_they_were()
    {
        var store = new ResultStore(_folder.Path);
        var run = Run("a", 2);
        Assert.True(store.Add(run));
        Assert.StartsWith(Columns + ",", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
        Assert.Equal(run.Select(row => row with { RunRows = 2 }), store.Read());
    }

    [Fact]
    public void Results_are_read_where_no_lock_can_be_made_and_not_written()
    {
        var store = new ResultStore(_folder.Path);
        store.Add(Run("a", 1));
        System.IO.File.Delete(Path.Combine(_folder.Path, FolderLock.FileName));
        Directory.CreateDirectory(Path.Combine(_folder.Path, FolderLock.FileName));
        Assert.Single(store.Read());
        Assert.Equal("FileNotWritable", Assert.Throws<InputException>(() => store.Add(Run("b", 1))).ErrorId);
    }

    // To call it another process's is to wait a minute for nobody.
    [Fact]
    public void A_lock_that_cannot_be_opened_is_an_error_and_no_lock_of_another()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a link takes a right there that users do not have");
        System.IO.File.CreateSymbolicLink(
            Path.Combine(_folder.Path, FolderLock.FileName), Path.Combine(_folder.Path, "gone", "file"));
        Assert.Equal(
            "FileNotWritable", Assert.Throws<InputException>(() => new ResultStore(_folder.Path).Add(Run("a", 1))).ErrorId);
    }

    [Fact]
    public void Results_that_cannot_be_opened_are_an_error()
    {
        var store = new ResultStore(_folder.Path);
        store.Add(Run("a", 1));
        using var held = new FileStream(File, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal("ResultsUnreadable", Assert.Throws<InputException>(() => store.Read()).ErrorId);
    }

    [Fact]
    public void Numbers_are_invariant_and_a_message_stays_on_one_line()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            var store = new ResultStore(_folder.Path);
            store.Add([Run("a", 1)[0] with { Value = 0.1 + 0.2, Error = "said \"no\",\r\n  twice" }]);
            var text = System.IO.File.ReadAllText(File);
            Assert.Contains(",0.30000000000000004,", text, StringComparison.Ordinal);
            Assert.Equal(2, text.Count(letter => letter == '\n'));
            Assert.Equal("said \"no\", twice", store.Read()[0].Error);
            Assert.Equal(0.1 + 0.2, store.Read()[0].Value);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    // As a spreadsheet of a culture with decimal commas saves it: a lenient reader takes it for 798432200851051.
    [InlineData("0.25", "\"0,798432200851051\"", "value is '0,798432200851051', which is no number")]
    [InlineData("0.25", " 0.25", "value is ' 0.25', which is no number")]
    [InlineData("0.25", "abc", "value is 'abc', which is no number")]
    [InlineData("100.5", "-1", "peak_memory_mb is -1, which is not from 0")]
    [InlineData("100.5", "\"1,000.5\"", "peak_memory_mb is '1,000.5', which is no number")]
    public void A_number_that_is_not_written_as_ours_is_refused_with_line_and_column(string ours, string theirs, string reason)
    {
        var store = new ResultStore(_folder.Path);
        store.Add([Run("a", 1)[0] with { Value = 0.25 }]);
        store.Add([Run("b", 1)[0] with { Value = 0.25 }]);
        var lines = System.IO.File.ReadAllLines(File);
        lines[2] = lines[2].Replace("," + ours + ",", "," + theirs + ",", StringComparison.Ordinal);
        System.IO.File.WriteAllText(File, string.Join('\n', lines) + "\n");
        var fault = Assert.Throws<InputException>(store.Read);
        Assert.Equal("ResultsInvalid", fault.ErrorId);
        Assert.Contains($"(3): {reason}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_that_another_program_saved_with_its_line_ends_are_read_and_added_to()
    {
        var store = new ResultStore(_folder.Path);
        store.Add(Run("a", 2));
        var rows = store.Read();
        var saved = System.IO.File.ReadAllText(File).Replace("\n", "\r\n", StringComparison.Ordinal);
        System.IO.File.WriteAllText(File, saved);
        Assert.Equal(rows, store.Read());
        Assert.False(store.Add(Run("a", 2)));
        Assert.True(store.Add(Run("b", 1)));
        Assert.Equal(["a", "a", "b"], store.Read().Select(row => row.RunId));
        // Cut off within its header's line end, it is a file without rows.
        System.IO.File.WriteAllText(File, saved[..(saved.IndexOf('\r', StringComparison.Ordinal) + 1)]);
        Assert.Empty(store.Read());
    }

    [Fact]
    public void Stored_results_of_the_repository_are_read()
    {
        var stored = Directory.GetFiles(Repository.Path("benchmarks", "results"), ResultStore.FileName, SearchOption.AllDirectories);
        Assert.NotEmpty(stored);
        Assert.All(stored, file => Assert.NotEmpty(new ResultStore(Path.GetDirectoryName(file)!).Read()));
    }

    [Fact]
    public void A_write_that_is_cut_off_at_any_byte_leaves_the_whole_runs_and_is_done_again()
    {
        var store = new ResultStore(_folder.Path);
        store.Add(Run("a", 2));
        var kept = new FileInfo(File).Length;
        store.Add(Run("b", 3));
        var whole = System.IO.File.ReadAllBytes(File);

        for (var length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            var expected = length < kept ? Array.Empty<string>() : ["a", "a"];
            Assert.Equal(expected, store.Read().Select(row => row.RunId));
            Assert.Equal(length, new FileInfo(File).Length);

            Assert.Equal(length < kept, store.Add(Run("a", 2)));
            Assert.True(store.Add(Run("b", 3)));
            Assert.Equal(whole, System.IO.File.ReadAllBytes(File));
        }
    }

    [Fact]
    public void What_is_no_cut_off_tail_is_never_cut()
    {
        var store = new ResultStore(_folder.Path);
        store.Add(Run("a", 2));
        store.Add(Run("b", 1));
        var lines = System.IO.File.ReadAllLines(File);
        foreach (var bad in new string[][]
        {
            [lines[0], lines[1], lines[3]],
            [lines[0], lines[1], "half,a,row", lines[2], lines[3]],
            [lines[0], lines[1], lines[2], lines[3], lines[1], lines[2]],
            [lines[0], lines[1].Replace(",ok,", ",great,", StringComparison.Ordinal), lines[2]],
            ["other,columns", lines[1]],
        })
        {
            var text = string.Join('\n', bad) + "\n";
            System.IO.File.WriteAllText(File, text);
            Assert.Equal("ResultsInvalid", Assert.Throws<InputException>(() => store.Add(Run("c", 1))).ErrorId);
            Assert.Equal(text, System.IO.File.ReadAllText(File));
        }
    }

    [Fact]
    public void A_run_that_is_there_stays_and_a_failed_one_is_replaced()
    {
        var store = new ResultStore(_folder.Path);
        Assert.True(store.Add([Failure("a")]));
        Assert.True(store.Add(Run("b", 2)));
        Assert.True(store.Add([Failure("a") with { ErrorId = "Again" }]));
        Assert.Equal("Again", store.Read().Single(row => row.RunId == "a").ErrorId);
        Assert.True(store.Add(Run("a", 3)));
        Assert.False(store.Add(Run("a", 1)));
        Assert.False(store.Add([Failure("b")]));
        Assert.Equal(["b", "b", "a", "a", "a"], store.Read().Select(row => row.RunId));
    }

    [Fact]
    public void Many_writers_at_once_lose_nothing_and_double_nothing()
    {
        const int writers = 4;
        const int runs = 12;
        var added = 0;
        Parallel.For(0, writers, new ParallelOptions { MaxDegreeOfParallelism = writers }, _ =>
        {
            var store = new ResultStore(_folder.Path);
            for (var i = 0; i < runs; i++)
            {
                if (store.Add(Run($"run{i}", 3))) Interlocked.Increment(ref added);
            }
        });

        Assert.Equal(runs, added);
        Assert.Equal(runs * 3, new ResultStore(_folder.Path).Read().Count);
    }

    [Fact]
    public void Shards_merge_and_duplicates_or_other_configs_are_refused()
    {
        string[] shards = [Path.Combine(_folder.Path, "0"), Path.Combine(_folder.Path, "1")];
        new ResultStore(shards[0]).Add(Run("a", 2));
        new ResultStore(shards[1]).Add(Run("b", 1));
        var target = Path.Combine(_folder.Path, "all");
        Directory.CreateDirectory(Path.Combine(shards[1], PrecisionRecall.CurveFolder));
        System.IO.File.WriteAllText(PrecisionRecall.CurveFile(shards[1], "b"), "recall,precision\n1,1\n");
        Assert.Equal(["a", "a", "b"], ResultMerge.Merge(shards, target).Select(row => row.RunId));
        Assert.Equal(["a", "a", "b"], new ResultStore(target).Read().Select(row => row.RunId));
        Assert.True(System.IO.File.Exists(PrecisionRecall.CurveFile(target, "b")));
        Assert.Equal("FileExists", Fault(shards, target));
        ResultMerge.Merge(shards, target, overwrite: true);

        Assert.Equal("RunDuplicate", Fault([shards[0], shards[0]], target));
        new ResultStore(shards[1]).Add([Run("c", 1)[0] with { ConfigSha256 = "other" }]);
        Assert.Equal("ConfigMismatch", Fault(shards, target));
        Assert.Equal("ResultsNotFound", Fault([target + "-not"], target));
    }

    [Fact]
    public void A_summary_averages_the_seeds_and_counts_the_failures()
    {
        var first = Run("a", 1)[0] with { Metric = "bcubed_f", Value = .8, ElapsedSeconds = 1 };
        var second = first with { RunId = "b", Seed = 2, Value = .9, ElapsedSeconds = 3 };
        var line = Assert.Single(ResultSummary.Create(
            [first, second, Failure("c") with { Seed = 3, Parameters = first.Parameters }]));
        Assert.Equal((3, 1, 2.0), (line.Runs, line.Failures, line.Seconds));
        Assert.Equal(.85, Assert.Single(line.Metrics).Value, 12);
    }

    private static string Fault(string[] sources, string target) =>
        Assert.Throws<InputException>(() => ResultMerge.Merge(sources, target)).ErrorId;

    internal static ResultRow[] Run(string id, int metrics) =>
    [
        .. Enumerable.Range(0, metrics).Select(i => Failure(id) with
        {
            Status = ResultRow.Succeeded,
            ErrorId = "",
            Metric = $"metric{i}",
            Value = i / 3.0,
            Unit = "1",
            Count = 13_233,
            Parameters = """{"Epsilon":0.4,"Penalty":10}""",
        }),
    ];

    private static ResultRow Failure(string id) => new()
    {
        RunId = id,
        Benchmark = "probe",
        Task = "face-clustering",
        Dataset = "lfw",
        Method = "ahc",
        Seed = 1,
        Status = ResultRow.Failed,
        ErrorId = "MemoryInsufficient",
        ElapsedSeconds = 1.25,
        PeakMemoryMegabytes = 100.5,
        ConfigSha256 = "config",
    };
}
