using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// Reads a config strictly: an unknown, misspelt, missing or double key, or a value of another type, is a fault that
/// names the file, the line and the column, before anything runs.
/// </summary>
public sealed partial class BenchmarkConfigReader
{
    /// <summary>The most runs that the grid of one method may make.</summary>
    public const int MaximumGridPoints = 10_000;

    /// <summary>
    /// The keys of each section, a dataset's without those of its task's files; <c>configs/benchmark.schema.json</c> says
    /// the same to editors.
    /// </summary>
    internal static readonly IReadOnlyDictionary<string, string[]> Keys = new Dictionary<string, string[]>
    {
        ["benchmark"] =
            ["version", "benchmark", "title", "reference", "task", "datasets", "methods", "seeds", "metrics", "recall"],
        ["dataset"] = ["name", "sha256", "protocol", "parameters"],
        ["method"] = ["name", "method", "parameters", "grid"],
    };

    private readonly string _path;
    private readonly ConfigSection _root;
    private readonly BenchmarkTask _task;

    private BenchmarkConfigReader(string path, YamlNode root)
    {
        _path = path;
        _root = new ConfigSection(path, root, "The config", Keys["benchmark"]);
        var version = _root.Require("version");
        if (_root.Integer(version, "version") != BenchmarkConfig.SchemaVersion)
        {
            throw _root.Fault(
                version, $"'version' must be {BenchmarkConfig.SchemaVersion}, the only one that this module reads.");
        }

        _task = BenchmarkTask.All[Choice(_root, _root.Require("task"), "task", [.. BenchmarkTask.All.Keys])];
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">
    /// <c>ConfigNotFound</c>, <c>ConfigUnreadable</c>, <c>ConfigTooLarge</c>, <c>ConfigSyntax</c>, <c>ConfigKeyUnknown</c>,
    /// <c>ConfigKeyMissing</c>, <c>ConfigKeyDuplicate</c> or <c>ConfigValueInvalid</c>.
    /// </exception>
    public static BenchmarkConfig Read(string path) => Parse(path, YamlFile.Read(path));

    /// <summary>Reads the bytes of a file; <paramref name="path"/> is what messages call it.</summary>
    public static BenchmarkConfig Parse(string path, byte[] content)
    {
        var text = YamlFile.Text(path, content);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        return new BenchmarkConfigReader(path, YamlLoader.Load(path, text)).Config(sha256);
    }

    private BenchmarkConfig Config(string sha256)
    {
        var name = _root.Require("benchmark");
        return new BenchmarkConfig
        {
            Benchmark = Name(_root, name, "benchmark"),
            Title = _root.Text("title") ?? "",
            Reference = _root.Text("reference") ?? "",
            Task = _task,
            Datasets = Named("datasets", Dataset, dataset => dataset.Name),
            Methods = Named("methods", Method, method => method.Name),
            Seeds = Distinct("seeds", _root.Integer, [1L]),
            Metrics = Distinct("metrics", Metric, [.. _task.Metrics.Select(metric => metric.Name)]),
            Recall = Distinct("recall", Share, []),
            Sha256 = sha256,
        };
    }

    private DatasetConfig Dataset(YamlNode node)
    {
        var section = new ConfigSection(
            _path, node, "A dataset", [.. Keys["dataset"], .. _task.Files.Select(file => file.Key)]);
        var dataset = new DatasetConfig
        {
            Name = Name(section, section.Require("name"), "name"),
            Files = Files(section),
            Sha256 = section.Text("sha256"),
            Protocol = section.Find("protocol") is { } protocol
                ? Choice(section, protocol, "protocol", _task.Protocols)
                : null,
            Parameters = FixedParameters(section, _task.DatasetParameters),
        };
        if (dataset.Files.Count == 0 && dataset.Protocol is null)
        {
            throw section.Fault(
                node, $"Dataset '{dataset.Name}' needs '{_task.Files[0].Key}' (files) or 'protocol' (generated).");
        }

        var missing = _task.Files.FirstOrDefault(file => file.Required && section.Find(file.Key) is null);
        if (dataset.Files.Count > 0 && missing is not null)
        {
            throw section.Fault(
                node, $"Dataset '{dataset.Name}' names '{dataset.Files[0].Key}' and needs '{missing.Key}', too.");
        }

        if (dataset.Sha256 is { } hash && !Sha256Pattern().IsMatch(hash))
        {
            throw section.Fault(section.Require("sha256"), "'sha256' must be 64 lower-case hexadecimal digits.");
        }

        return dataset;
    }

    private KeyValuePair<string, string>[] Files(ConfigSection section) =>
    [
        .. from file in _task.Files
           from path in RelativePaths(section, file)
           select KeyValuePair.Create(file.Key, path),
    ];

    private MethodConfig Method(YamlNode node)
    {
        var section = new ConfigSection(_path, node, "A method", Keys["method"]);
        var fixedValues = FixedParameters(section, _task.Parameters);
        var grid = Parameters(section, "grid", _task.Parameters).Select(entry => Axis(section, entry)).ToArray();
        var both = grid.FirstOrDefault(axis => fixedValues.Values.ContainsKey(axis.Name));
        if (both is not null) throw section.Fault(node, $"'{both.Name}' stands in both 'parameters' and 'grid'.");
        if (grid.Aggregate(1L, (points, axis) => points * axis.Values.Count) > MaximumGridPoints)
        {
            throw section.Fault(section.Require("grid"), $"The grid has over {MaximumGridPoints} points.");
        }

        return new MethodConfig
        {
            Name = Name(section, section.Require("name"), "name"),
            Method = Choice(section, section.Require("method"), "method", _task.Methods),
            Parameters = fixedValues,
            Grid = grid,
        };
    }

    private ParameterSet FixedParameters(ConfigSection section, IReadOnlyDictionary<string, ParameterKind> known) =>
        new(Parameters(section, "parameters", known).Select(
            entry => KeyValuePair.Create(entry.Key, Value(section, entry, entry.Value, known[entry.Key]))));

    private IReadOnlyList<YamlEntry> Parameters(
        ConfigSection section, string key, IReadOnlyDictionary<string, ParameterKind> known) =>
        section.Find(key) is { } node ? new ConfigSection(_path, node, $"'{key}'", [.. known.Keys]).Entries : [];

    private GridAxis Axis(ConfigSection section, YamlEntry entry)
    {
        if (entry.Value is not YamlSequence { Items.Count: > 0 } sequence)
        {
            throw section.Fault(entry.Value, $"'{entry.Key}' in a grid must be a list with at least one value.");
        }

        var kind = _task.Parameters[entry.Key];
        return new GridAxis(entry.Key, [.. sequence.Items.Select(item => Value(section, entry, item, kind))]);
    }

    private static object Value(ConfigSection section, YamlEntry entry, YamlNode node, ParameterKind kind) => kind switch
    {
        ParameterKind.Integer => section.Integer(node, entry.Key),
        ParameterKind.Number => section.Number(node, entry.Key),
        ParameterKind.Flag => section.Flag(node, entry.Key),
        _ => section.Text(node, entry.Key),
    };

    private IReadOnlyList<T> Named<T>(string key, Func<YamlNode, T> read, Func<T, string> name)
    {
        _root.Require(key);
        var nodes = _root.List(key);
        var items = nodes.Select(read).ToArray();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < items.Length; i++)
        {
            if (!names.Add(name(items[i]))) throw _root.Fault(nodes[i], $"'{key}' has '{name(items[i])}' twice.");
        }

        return items;
    }

    private IReadOnlyList<T> Distinct<T>(string key, Func<YamlNode, string, T> read, IReadOnlyList<T> absent)
    {
        if (_root.Find(key) is null) return absent;
        var values = new List<T>();
        foreach (var node in _root.List(key))
        {
            var value = read(node, key);
            if (values.Contains(value)) throw _root.Fault(node, $"'{key}' has {node.Kind} twice.");
            values.Add(value);
        }

        return values;
    }

    private string Metric(YamlNode node, string key) =>
        Choice(_root, node, key, [.. _task.Metrics.Select(metric => metric.Name)]);

    private double Share(YamlNode node, string key)
    {
        var value = _root.Number(node, key);
        return value is > 0 and <= 1 ? value : throw _root.Fault(node, $"'{key}' must lie in (0, 1], not {node.Kind}.");
    }

    private static string Choice(ConfigSection section, YamlNode node, string key, IReadOnlyCollection<string> known)
    {
        var text = section.Text(node, key);
        return known.Contains(text)
            ? text
            : throw section.Fault(node, $"'{text}' is no known {key}. {NearestName.Suggest(text, known)}");
    }

    // Names become folders and columns: no separators, no leading dot.
    private static string Name(ConfigSection section, YamlNode node, string key)
    {
        var text = section.Text(node, key);
        return NamePattern().IsMatch(text)
            ? text
            : throw section.Fault(
                node, $"'{key}' must be letters, digits, dots, dashes and underscores, at most 64, not '{text}'.");
    }

    private static IEnumerable<string> RelativePaths(ConfigSection section, DataFileDefinition file)
    {
        if (section.Find(file.Key) is not { } node) return [];
        return file.IsList && node is YamlSequence { Items.Count: > 0 } list
            ? list.Items.Select(item => RelativePath(section, section.Text(item, file.Key), file.Key))
            : [RelativePath(section, section.Text(node, file.Key), file.Key)];
    }

    private static string RelativePath(ConfigSection section, string text, string key)
    {
        if (Path.IsPathRooted(text) || text.Split('/', '\\').Contains(".."))
        {
            throw section.Fault(
                section.Require(key), $"'{key}' must be a path below the data folder, not '{text}'.");
        }

        return text;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[0-9a-f]{64}$", RegexOptions.CultureInvariant)]
    private static partial Regex Sha256Pattern();
}
