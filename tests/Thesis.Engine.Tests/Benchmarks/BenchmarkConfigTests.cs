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
        { "    identities: lfw/labels.txt\n", "", "ConfigValueInvalid", 5, "names 'features' and needs 'identities'" },
        { "protocol: lfw", "protocol: lfv", "ConfigValueInvalid", 8, "Did you mean 'lfw'?" },
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
    public void A_byte_order_mark_is_no_part_of_the_first_key() => Assert.Equal(
        2, Assert.Throws<InputException>(() => Parse("\uFEFFversion: 1\ntask: x\n")).Message.Split("(2,").Length);

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

    public static TheoryData<string> Tasks => [.. BenchmarkTask.All.Keys];

    [Fact]
    public void The_schema_and_the_reader_know_the_same_keys_and_tasks()
    {
        using var schema = Schema();
        var root = schema.RootElement;
        Assert.Equal(BenchmarkConfigReader.Keys["benchmark"].Order(), Properties(root));
        Assert.Equal(BenchmarkTask.All.Keys, Words(root.GetProperty("properties").GetProperty("task")));
        Assert.Equal(
            BenchmarkTask.All.Keys.Select(task => $"#/$defs/{task}"),
            root.GetProperty("allOf").EnumerateArray()
                .Select(rule => rule.GetProperty("then").GetProperty("$ref").GetString()));
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void The_schema_and_the_reader_know_the_same_words_of_a_task(string name)
    {
        using var schema = Schema();
        var task = BenchmarkTask.All[name];
        var sections = schema.RootElement.GetProperty("$defs").GetProperty(name).GetProperty("properties");
        var dataset = sections.GetProperty("datasets").GetProperty("items");
        Assert.Equal(
            BenchmarkConfigReader.Keys["dataset"].Concat(task.Files.Select(file => file.Key)).Order(),
            Properties(dataset));
        Assert.Equal(task.Protocols.Order(), Words(Property(dataset, "protocol")).Order());
        Assert.Equal(task.DatasetParameters.Keys.Order(), Properties(Property(dataset, "parameters")));

        var method = sections.GetProperty("methods").GetProperty("items");
        Assert.Equal(BenchmarkConfigReader.Keys["method"].Order(), Properties(method));
        Assert.Equal(task.Methods, Words(Property(method, "method")));
        Assert.Equal(task.Parameters.Keys.Order(), Properties(Property(method, "parameters")));
        Assert.Equal(task.Parameters.Keys.Order(), Properties(Property(method, "grid")));
        Assert.Equal(
            task.Metrics.Select(metric => metric.Name), Words(sections.GetProperty("metrics").GetProperty("items")));
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

    private static JsonDocument Schema() =>
        JsonDocument.Parse(File.ReadAllText(Repository.Path("configs", "benchmark.schema.json")));

    private static JsonElement Property(JsonElement element, string name) =>
        element.GetProperty("properties").GetProperty(name);

    private static IEnumerable<string> Properties(JsonElement element) =>
        element.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order();

    private static IEnumerable<string> Words(JsonElement element) =>
        element.GetProperty("enum").EnumerateArray().Select(word => word.GetString()!);
}
