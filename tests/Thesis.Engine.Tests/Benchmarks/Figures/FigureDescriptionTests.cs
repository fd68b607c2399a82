using System.IO.Enumeration;
using System.Text.Json;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Benchmarks.Figures;

public sealed class FigureDescriptionTests
{
    internal const string Good = """
        version: 1
        figure: probe
        title: A probe
        kind: line
        from: values
        benchmarks: probe*
        where: { metric: accuracy }
        panel: dataset
        series: [Defence, Loss]
        x: { of: [Starts, Steps], label: steps, unit: gradients, scale: log }
        y: { label: accuracy, start: 0, end: 1 }
        names: { b: Second, a: First }
        """;

    /// <summary>What is changed in the good description, the fault, its line, and a part of its message.</summary>
    public static TheoryData<string, string, string, int, string> Bad => new()
    {
        { "version: 1", "version: 2", "ConfigValueInvalid", 1, "must be 1" },
        { "figure: probe", "figure: ../probe", "ConfigValueInvalid", 2, "letters, digits" },
        { "title: A probe\n", "", "ConfigKeyMissing", 1, "'title'" },
        { "kind: line", "kind: lines", "ConfigValueInvalid", 4, "Did you mean 'line'?" },
        { "kind: line", "kind: pictures", "ConfigValueInvalid", 10, "has no 'x'" },
        { "kind: line", "kind: histogram", "ConfigValueInvalid", 10, "'bins'" },
        { "from: values\n", "", "ConfigValueInvalid", 1, "both, or none" },
        { "series:", "serie:", "ConfigKeyUnknown", 9, "Did you mean 'series'?" },
        { "scale: log", "scale: logarithmic", "ConfigValueInvalid", 10, "no scale" },
        { "of: [Starts, Steps], ", "", "ConfigKeyMissing", 10, "'of'" },
        { "label: accuracy, start: 0", "start: 0", "ConfigKeyMissing", 11, "'label'" },
        { "start: 0, end", "start: low, end", "ConfigValueInvalid", 11, "must be a number" },
        { "y: {", "pictures: { path: p }\ny: {", "ConfigValueInvalid", 11, "has no 'pictures'" },
        { "{ b: Second, a: First }", "[b, a]", "ConfigValueInvalid", 12, "mapping" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_description_fails_with_file_line_and_reason(string from, string to, string errorId, int line,
        string reason)
    {
        Assert.Contains(from, Good, StringComparison.Ordinal);
        var fault = Assert.Throws<InputException>(
            () => FigureDescriptionReader.Parse("probe.yaml", Good.Replace(from, to, StringComparison.Ordinal)));
        Assert.Equal(errorId, fault.ErrorId);
        Assert.StartsWith($"probe.yaml({line},", fault.Message, StringComparison.Ordinal);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_figure_of_the_module_is_read_and_is_drawn_of_a_benchmark_that_there_is()
    {
        var files = Directory.GetFiles(Repository.Path("configs", "figures"), "*.yaml");
        Assert.NotEmpty(files);
        var benchmarks = Directory.GetFiles(Repository.Path("configs"),
            "*.yaml").Select(Path.GetFileNameWithoutExtension).ToArray();
        Assert.All(files, file =>
        {
            var figure = FigureDescriptionReader.Read(file);
            Assert.Equal(Path.GetFileNameWithoutExtension(file), figure.Name);
            Assert.StartsWith("# yaml-language-server: $schema=../figure.schema.json", File.ReadAllText(file),
                StringComparison.Ordinal);

            // Of other figures a script makes the records.
            if (figure.Benchmarks.Count == 0)
            {
                Assert.True(File.Exists(Repository.Path("benchmarks", "figures", $"{figure.Name}.ps1")), file);
            }

            else Assert.Contains(benchmarks,
                name => figure.Benchmarks.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name)));
        });
    }

    [Fact]
    public void The_schema_and_the_reader_know_the_same_keys()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Repository.Path("configs", "figure.schema.json")));
        var root = schema.RootElement;
        var sections = root.GetProperty("$defs");
        Assert.Equal(FigureDescriptionReader.Keys["figure"].Order(), Names(root));
        Assert.Equal(FigureDescriptionReader.Keys["axis"].Order(), Names(sections.GetProperty("axis")));
        Assert.Equal(FigureDescriptionReader.Keys["pictures"].Order(), Names(sections.GetProperty("pictures")));
        Assert.Equal(Words<FigureKind>(), Enumerated(root, "kind"));
        Assert.Equal(Words<FigureSource>(), Enumerated(root, "from"));
    }

    private static IEnumerable<string> Names(JsonElement section) =>
        section.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order();

    private static IEnumerable<string> Words<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(name => name.ToLowerInvariant());

    private static IEnumerable<string?> Enumerated(JsonElement root, string key) =>
        root.GetProperty("properties").GetProperty(key).GetProperty("enum").EnumerateArray().Select(
            word => word.GetString());
}
