using System.Text;
using System.Text.Json;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Benchmarks;

public sealed class BenchmarkConfigTests
{
    internal const string Good = """
        version: 1
        benchmark: probe
        task: face-clustering
        datasets:
          - name: lfw
            features: lfw/features.npy
            identities: lfw/labels.txt
            protocol: lfw
        methods:
          - name: ahc
            method: AHC
          - name: dbscan
            method: DBSCAN
            grid: { Epsilon: [.2, .3], MinimumPoints: [2, 3, 4] }
          - name: ddc-neg
            method: DDC-NEG
            parameters: { Epsilon: .4, Penalty: 10 }
        seeds: [1, 2]
        metrics: [bcubed_f, clusters]
        recall: [.8, .9]
        """;

    /// <summary>What is changed in the good config, the fault, its line, and a part of its message.</summary>
    public static TheoryData<string, string, string, int, string> Bad => new()
    {
        { "version: 1", "version: 2", "ConfigValueInvalid", 1, "must be 1" },
        { "version: 1", "version: \"1\"", "ConfigValueInvalid", 1, "whole number" },
        { "version: 1\n", "", "ConfigKeyMissing", 1, "'version'" },
        { "seeds:", "sedes:", "ConfigKeyUnknown", 18, "Did you mean 'seeds'?" },
        { "task: face-clustering", "task: face-clusterin", "ConfigValueInvalid", 3, "Did you mean 'face-clustering'?" },
        { "benchmark: probe", "benchmark: ../probe", "ConfigValueInvalid", 2, "letters, digits" },
        { "features: lfw", "features: /lfw", "ConfigValueInvalid", 6, "below the data folder" },
        { "features: lfw", "features: ../lfw", "ConfigValueInvalid", 6, "below the data folder" },
        { "    protocol: lfw", "    protocl: lfw", "ConfigKeyUnknown", 8, "Did you mean 'protocol'?" },
        { "    identities: lfw/labels.txt\n", "", "ConfigValueInvalid", 5, "both 'features' and 'identities'" },
        { "method: AHC", "method: AHK", "ConfigValueInvalid", 11, "Did you mean 'AHC'?" },
        { "method: AHC", "method: AHC\n    method: DDC", "ConfigKeyDuplicate", 12, "line 11" },
        { "- name: ddc-neg", "- name: AHC", "ConfigValueInvalid", 15, "twice" },
        { "{ Epsilon: .4,", "{ Epsilom: .4,", "ConfigKeyUnknown", 17, "Did you mean 'Epsilon'?" },
        { "{ Epsilon: .4,", "{ Epsilon: \".4\",", "ConfigValueInvalid", 17, "must be a number" },
        { "{ Epsilon: .4,", "{ Epsilon: .nan,", "ConfigValueInvalid", 17, "must be a number" },
        { "[2, 3, 4]", "[2, 3.5]", "ConfigValueInvalid", 14, "whole number" },
        { "[2, 3, 4]", "[]", "ConfigValueInvalid", 14, "at least one value" },
        { "[2, 3, 4]", "3", "ConfigValueInvalid", 14, "must be a list" },
        { "seeds: [1, 2]", "seeds: [1, 1]", "ConfigValueInvalid", 18, "twice" },
        { "seeds: [1, 2]", "seeds: 1", "ConfigValueInvalid", 18, "must be a list" },
        { "bcubed_f,", "bcubed,", "ConfigValueInvalid", 19, "bcubed" },
        { "[.8, .9]", "[0]", "ConfigValueInvalid", 20, "(0, 1]" },
        { "[.8, .9]", "[.8, .9", "ConfigSyntax", 21, "flow sequence" },
        { "benchmark: probe", "benchmark: !!str probe", "ConfigSyntax", 2, "tag" },
        { "benchmark: probe", "benchmark: *probe", "ConfigSyntax", 2, "names no anchor" },
        { "version: 1", "version: 1\n---\nversion: 1", "ConfigSyntax", 2, "more than one document" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_config_fails_with_file_line_and_reason(
        string from, string to, string errorId, int line, string reason)
    {
        Assert.Contains(from, Good, StringComparison.Ordinal);
        var fault = Assert.Throws<InputException>(() => Parse(Good.Replace(from, to, StringComparison.Ordinal)));
        Assert.Equal(errorId, fault.ErrorId);
        Assert.StartsWith($"probe.yaml({line},", fault.Message, StringComparison.Ordinal);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_good_config_is_read_with_the_types_of_its_parameters()
    {
        var config = Parse(Good);
        Assert.Equal("probe", config.Benchmark);
        Assert.Equal([1L, 2L], config.Seeds);
        Assert.Equal("""{"Epsilon":0.4,"Penalty":10}""", config.Methods[2].Parameters.ToJson());
        Assert.IsType<double>(config.Methods[2].Parameters.Values["Penalty"]);
        var grid = config.Methods[1].Expand().Select(set => set.ToJson()).ToArray();
        Assert.Equal(6, grid.Length);
        Assert.Equal("""{"Epsilon":0.2,"MinimumPoints":2}""", grid[0]);
        Assert.Equal("""{"Epsilon":0.2,"MinimumPoints":3}""", grid[1]);
    }

    [Fact]
    public void An_empty_file_and_one_that_is_no_text_are_refused()
    {
        Assert.Equal("ConfigSyntax", Assert.Throws<InputException>(() => Parse("")).ErrorId);
        Assert.Equal("ConfigSyntax", Assert.Throws<InputException>(() => Parse("# nothing\n")).ErrorId);
        var bytes = new byte[] { 0x76, 0xFF, 0xFE, 0x00 };
        Assert.Equal(
            "ConfigSyntax", Assert.Throws<InputException>(() => BenchmarkConfigReader.Parse("x", bytes)).ErrorId);
    }

    [Fact]
    public void Aliases_are_counted_in_full_and_deep_nesting_is_refused()
    {
        var laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
        {
            laughs.Append(null, $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        Assert.Equal("ConfigTooLarge", Assert.Throws<InputException>(() => Parse(laughs.ToString())).ErrorId);
        var deep = "a: " + new string('[', 200) + new string(']', 200);
        Assert.Equal("ConfigTooLarge", Assert.Throws<InputException>(() => Parse(deep)).ErrorId);
    }

    [Fact]
    public void The_schema_and_the_reader_know_the_same_words()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Repository.Path("configs", "benchmark.schema.json")));
        var root = schema.RootElement;
        var definitions = root.GetProperty("$defs");
        Assert.Equal(BenchmarkConfigReader.Keys["benchmark"].Order(), Properties(root));
        Assert.Equal(BenchmarkConfigReader.Keys["dataset"].Order(), Properties(definitions.GetProperty("dataset")));
        Assert.Equal(BenchmarkConfigReader.Keys["method"].Order(), Properties(definitions.GetProperty("method")));

        var task = BenchmarkTask.FaceClustering;
        Assert.Equal(task.Parameters.Keys.Order(), Properties(definitions.GetProperty("parameters")));
        Assert.Equal(task.Parameters.Keys.Order(), Properties(definitions.GetProperty("grid")));
        Assert.Equal(task.Methods, Words(definitions.GetProperty("algorithm")));
        Assert.Equal(task.Metrics.Select(metric => metric.Name), Words(definitions.GetProperty("metric")));
        Assert.Equal(BenchmarkTask.All.Keys, Words(root.GetProperty("properties").GetProperty("task")));
    }

    [Fact]
    public void Every_config_of_the_repository_is_read()
    {
        var files = Directory.GetFiles(Repository.Path("configs"), "*.yaml");
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            var config = BenchmarkConfigReader.Read(file);
            Assert.Equal(Path.GetFileNameWithoutExtension(file), config.Benchmark);
            Assert.StartsWith(
                "# yaml-language-server: $schema=benchmark.schema.json", File.ReadAllText(file),
                StringComparison.Ordinal);
        });
    }

    internal static BenchmarkConfig Parse(string yaml) =>
        BenchmarkConfigReader.Parse("probe.yaml", Encoding.UTF8.GetBytes(yaml));

    private static IEnumerable<string> Properties(JsonElement element) =>
        element.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order();

    private static IEnumerable<string> Words(JsonElement element) =>
        element.GetProperty("enum").EnumerateArray().Select(word => word.GetString()!);
}
