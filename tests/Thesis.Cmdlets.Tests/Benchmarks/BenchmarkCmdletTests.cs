using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text.Json;
using Xunit;

namespace Thesis.Cmdlets.Tests.Benchmarks;

public sealed class BenchmarkCmdletTests : IDisposable
{
    private const string Config = """
        version: 1
        benchmark: probe
        task: face-clustering
        datasets: [{ name: small, protocol: smoke }]
        methods:
          - { name: ahc, method: AHC }
          - { name: ddc, method: DDC, grid: { Epsilon: [0.2, 0.3] } }
        """;

    private const string Measure =
        "-Measure { [pscustomobject]@{ Metric = 'bcubed_f'; Value = 0.5; Count = 7 } }";

    private readonly string _folder = Directory.CreateTempSubdirectory("thesis-benchmark-cmdlets-").FullName;
    private readonly Runspace _runspace;

    public BenchmarkCmdletTests()
    {
        File.WriteAllText(Path.Combine(_folder, "probe.yaml"), Config);
        var state = InitialSessionState.CreateDefault2();
        state.ThrowOnRunspaceOpenError = true;
        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
        _runspace.SessionStateProxy.SetVariable("ErrorActionPreference", ActionPreference.Continue);
        Invoke($"Import-Module '{Root("bin", "Thesis.Loader.dll")}', '{Root("bin", "Thesis.Cmdlets.dll")}'");
        _runspace.SessionStateProxy.SetVariable("plan", $"{_folder}/probe.yaml");
        _runspace.SessionStateProxy.SetVariable("out", $"{_folder}/out");
        _runspace.SessionStateProxy.SetVariable("figure", Root("configs", "figures", "precision-recall.yaml"));
    }

    public void Dispose()
    {
        _runspace.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_plan_lists_runs_and_writes_nothing()
    {
        var runs = Invoke("Get-BenchmarkPlan $plan -OutputPath $out");
        Assert.Equal(["ahc", "ddc", "ddc"], runs.Select(run => run.Properties["Method"].Value));
        Assert.All(runs, run => Assert.Equal("pending", run.Properties["Status"].Value));
        Assert.False(Directory.Exists(Path.Combine(_folder, "out")));
    }

    [Fact]
    public void A_misspelt_key_is_one_error_with_file_and_line()
    {
        File.WriteAllText(Path.Combine(_folder, "probe.yaml"), Config.Replace("methods:", "method:", StringComparison.Ordinal));
        var error = Assert.Single(Errors("Get-BenchmarkPlan $plan"));
        Assert.StartsWith("ConfigKeyUnknown,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("probe.yaml(5,1)", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'methods'?", error.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Get-BenchmarkPlan $plan -Filter nobody", "FilterMatchesNothing")]
    [InlineData("Get-BenchmarkPlan $plan -ShardIndex 3 -ShardCount 2", "InvalidArgument")]
    [InlineData("Get-BenchmarkPlan $plan-not", "PathNotFound")]
    [InlineData("Read-BenchmarkResult $out", "PathNotFound")]
    [InlineData("Read-BenchmarkResult $plan.Replace('/probe.yaml', '')", "ResultsNotFound")]
    public void Misuse_is_an_error_with_a_stable_id(string script, string errorId) =>
        Assert.StartsWith(
            errorId + ",", Assert.Single(Errors(script)).FullyQualifiedErrorId, StringComparison.Ordinal);

    [Fact]
    public void Runs_are_done_once_and_failed_ones_again()
    {
        var first = Invoke(
            "Get-BenchmarkPlan $plan -OutputPath $out | Add-BenchmarkResult -Measure { "
            + "if ($_.Method -eq 'ddc' -and $_.Parameters.Epsilon -gt 0.25) { throw 'no luck' } "
            + "[pscustomobject]@{ Metric = 'bcubed_f'; Value = 0.5; Count = 7 } }");
        Assert.Equal(["ok", "ok", "failed"], first.Select(result => result.Properties["Status"].Value));
        Assert.Equal("no luck", first[2].Properties["Error"].Value);

        var second = Invoke($"Get-BenchmarkPlan $plan -OutputPath $out | Add-BenchmarkResult {Measure}");
        Assert.Equal(["skipped", "skipped", "ok"], second.Select(result => result.Properties["Status"].Value));
        Assert.Equal(4, File.ReadAllLines(Path.Combine(_folder, "out", "results.csv")).Length);
        Assert.Equal(3, Invoke("Read-BenchmarkResult $out").Count);
        Assert.Contains(
            Invoke("Read-BenchmarkResult $out -Table"),
            line => line.ToString().Contains("0.5000", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_another_session_does_is_left_to_it()
    {
        var run = Invoke("Get-BenchmarkPlan $plan -OutputPath $out -Filter ahc")[0].Properties["RunId"].Value.ToString()!;
        var add = $"Get-BenchmarkPlan $plan -OutputPath $out | Add-BenchmarkResult {Measure}";
        var output = Directory.CreateDirectory(Path.Combine(_folder, "out")).FullName;
        using (new FileStream(Path.Combine(output, $".{run}.claim"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Equal(["claimed", "ok", "ok"], Invoke(add).Select(result => result.Properties["Status"].Value));
        }

        Assert.Equal(["ok", "skipped", "skipped"], Invoke(add).Select(result => result.Properties["Status"].Value));
        Assert.Equal(["results.csv"], Directory.GetFiles(output, "*.c*").Select(Path.GetFileName));
    }

    [Fact]
    public void A_run_that_needs_what_another_session_is_making_is_left_for_later()
    {
        var once = Root("benchmarks", "Once.psm1");
        var add = $"Import-Module '{once}'; Get-BenchmarkPlan $plan -OutputPath $out -Filter ahc | Add-BenchmarkResult "
            + $"-Prepare {{ Invoke-Once $out/data/made {{ Set-Line $out/data/made once }} }} {Measure}";
        var made = Path.Combine(_folder, "out", "data", "made");
        Directory.CreateDirectory(Path.GetDirectoryName(made)!);
        using (new FileStream(made + ".claim", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Equal("claimed", Assert.Single(Invoke(add)).Properties["Status"].Value);
            Assert.False(File.Exists(Path.Combine(_folder, "out", "results.csv")));
        }

        Assert.Equal("ok", Assert.Single(Invoke(add)).Properties["Status"].Value);
        Assert.Equal([made], Directory.GetFiles(Path.GetDirectoryName(made)!));
    }

    [Fact]
    public void An_error_record_within_a_run_fails_it_with_its_id()
    {
        var result = Invoke(
            "Get-BenchmarkPlan $plan -OutputPath $out -Filter ahc | Add-BenchmarkResult -Measure { "
            + "Get-BenchmarkPlan nowhere.yaml; [pscustomobject]@{ Metric = 'bcubed_f'; Value = 1; Count = 1 } }")[0];
        Assert.Equal("failed", result.Properties["Status"].Value);
        Assert.Equal("PathNotFound", result.Properties["ErrorId"].Value);
    }

    [Theory]
    [InlineData("-Measure { [pscustomobject]@{ Metric = 'bcubed_f'; Value = 'much' } }", "MetricInvalid")]
    [InlineData("-Measure { [pscustomobject]@{ Metric = 'bcubed_f'; Value = $null } }", "MetricInvalid")]
    [InlineData("-Prepare { [pscustomobject]@{ DataPath = '/no/where' } } " + Measure, "FeatureFileNotFound")]
    public void What_a_run_says_wrongly_fails_it(string parameters, string errorId)
    {
        var results = Invoke($"Get-BenchmarkPlan $plan -OutputPath $out -Filter ahc | Add-BenchmarkResult {parameters}");
        Assert.Equal(errorId, Assert.Single(results).Properties["ErrorId"].Value);
    }

    [Fact]
    public void Metrics_that_the_config_does_not_ask_for_are_left_out_and_none_is_a_failure()
    {
        var result = Invoke(
            "Get-BenchmarkPlan $plan -OutputPath $out -Filter ahc | Add-BenchmarkResult "
            + "-Measure { [pscustomobject]@{ Metric = 'precision_at_recall_0.80'; Value = 1; Count = 1 } }")[0];
        Assert.Equal("MetricMissing", result.Properties["ErrorId"].Value);
    }

    [Fact]
    public void WhatIf_runs_nothing()
    {
        Assert.Empty(Invoke($"Get-BenchmarkPlan $plan -OutputPath $out | Add-BenchmarkResult {Measure} -WhatIf"));
        Assert.False(Directory.Exists(Path.Combine(_folder, "out")));
    }

    [Fact]
    public void A_metric_of_a_part_of_the_data_says_of_which()
    {
        Invoke("Get-BenchmarkPlan $plan -OutputPath $out -Filter ahc | Add-BenchmarkResult -Measure { foreach ($group in '', 'small') "
            + "{ [pscustomobject]@{ Metric = 'bcubed_f'; Value = 0.5; Count = 7; Group = $group } } }");
        Assert.Equal(["", "small"], Invoke("Read-BenchmarkResult $out").Select(row => row.Properties["Group"].Value));
    }

    [Fact]
    public void Results_are_read_from_their_folder_and_from_their_file()
    {
        Invoke($"Get-BenchmarkPlan $plan -OutputPath $out | Add-BenchmarkResult {Measure}");
        var metrics = Invoke("Read-BenchmarkResult $out").Select(row => row.Properties["RunId"].Value).ToArray();
        Assert.Equal(3, metrics.Length);
        Assert.Equal(metrics, Invoke("Read-BenchmarkResult $out/results.csv").Select(row => row.Properties["RunId"].Value));
    }

    [Fact]
    public void Shards_merge_to_the_whole_plan_and_twice_the_same_is_refused()
    {
        foreach (var shard in new[] { 0, 1 })
        {
            Invoke($"Get-BenchmarkPlan $plan -OutputPath $out/{shard} -ShardIndex {shard} -ShardCount 2 "
                + $"| Add-BenchmarkResult {Measure}");
        }

        Assert.Equal(3, Invoke("Merge-BenchmarkResult $out/0, $out/1 -Destination $out/all").Count);
        var error = Assert.Single(Errors("Merge-BenchmarkResult $out/0, $out/0 -Destination $out/twice"));
        Assert.StartsWith("RunDuplicate,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "out", "twice", "results.csv")));
    }

    [Fact]
    public void A_plot_is_written_as_png_and_svg_and_never_over_another_unasked()
    {
        Invoke("Get-BenchmarkPlan $plan -OutputPath $out -Filter ahc | Add-BenchmarkResult -Measure { foreach ($name in "
            + "'bcubed_recall', 'bcubed_precision') { [pscustomobject]@{ Metric = $name; Value = 0.5; Count = 7 } } }");
        var plots = Invoke("Export-Figure $out -Figure $figure");
        Assert.Equal(2, plots.Count);
        var png = File.ReadAllBytes(Path.Combine(_folder, "out", "precision-recall.png"));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Contains(
            "<svg", File.ReadAllText(Path.Combine(_folder, "out", "precision-recall.svg")), StringComparison.Ordinal);
        Assert.StartsWith(
            "FileExists,", Assert.Single(Errors("Export-Figure $out -Figure $figure")).FullyQualifiedErrorId,
            StringComparison.Ordinal);
        Assert.Equal(2, Invoke("Export-Figure $out -Figure $figure -Force").Count);
    }

    [Fact]
    public void Records_of_the_pipeline_are_drawn_as_a_description_says()
    {
        var sizes = Root("configs", "figures", "figure-2.5.yaml");
        var drawn = Invoke(
            $"1, 1, 3 | ForEach-Object {{ [pscustomobject]@{{ Count = $_; Dataset = 'mine' }} }} | Export-Figure -Figure '{sizes}' -Destination $out");
        Assert.Equal([3, 3], drawn.Select(file => file.Properties["Records"].Value));
        Assert.Contains("mine, n 3", File.ReadAllText(Path.Combine(_folder, "out", "figure-2.5.svg")), StringComparison.Ordinal);
        Assert.StartsWith(
            "FigureMissing,", Assert.Single(Errors("[pscustomobject]@{ Count = 1 } | Export-Figure")).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith(
            "FigureColumnMissing,",
            Assert.Single(Errors($"[pscustomobject]@{{ Size = 1 }} | Export-Figure -Figure '{sizes}' -Destination $out -Force")).FullyQualifiedErrorId,
            StringComparison.Ordinal);
        Invoke($"[pscustomobject]@{{ Count = 1; Dataset = 'd' }} | Export-Figure -Figure '{sizes}' -Destination \"$out/none\" -WhatIf");
        Assert.False(Directory.Exists(Path.Combine(_folder, "out", "none")));
    }

    [Theory]
    [InlineData("face-clustering", "Invoke-FaceClustering")]
    public void Every_parameter_that_a_config_may_set_is_one_of_the_cmdlet(string task, string cmdlet)
    {
        var known = Invoke($"(Get-Command {cmdlet}).Parameters.Keys").Select(name => name.ToString());
        using var schema = JsonDocument.Parse(File.ReadAllText(Root("configs", "benchmark.schema.json")));
        var settable = schema.RootElement.GetProperty("$defs").GetProperty(task).GetProperty("properties")
            .GetProperty("methods").GetProperty("items").GetProperty("properties")
            .GetProperty("parameters").GetProperty("properties")
            .EnumerateObject().Select(property => property.Name);
        Assert.Empty(settable.Except(known));
    }

    private static string Root(params string[] parts)
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Thesis.slnx"))) at = at.Parent!;
        return Path.Combine([at.FullName, .. parts]);
    }

    private Collection<PSObject> Invoke(string script)
    {
        using var shell = PowerShell.Create(_runspace);
        return shell.AddScript(script).Invoke();
    }

    private IEnumerable<ErrorRecord> Errors(string script)
    {
        using var shell = PowerShell.Create(_runspace);
        shell.AddScript(script).Invoke();
        return [.. shell.Streams.Error];
    }
}
