using System.Text.RegularExpressions;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// Reads the description of a figure strictly: an unknown, missing or double key, or a value of another type, is a fault
/// with the file, the line and the column.
/// </summary>
public sealed partial class FigureDescriptionReader
{
    /// <summary>The keys of each section; <c>configs/figure.schema.json</c> says the same to editors.</summary>
    internal static readonly IReadOnlyDictionary<string, string[]> Keys = new Dictionary<string, string[]>
    {
        ["figure"] =
        [
            "version", "figure", "title", "reference", "kind", "from", "benchmarks", "where", "panel", "series", "x", "y",
            "pictures",
            "names",
        ],
        ["axis"] = ["of", "label", "unit", "scale", "start", "end", "whole", "low", "high", "bins"],
        ["pictures"] = ["path", "index", "mask", "caption", "window", "rows"],
    };

    private const int MostRows = 40;
    private const int MostBins = 100;
    private const double LargestWindow = 1e6;

    private static readonly string[] Scales = ["linear", "log"];

    private readonly string _path;
    private readonly ConfigSection _root;

    private FigureDescriptionReader(string path, string text)
    {
        _path = path;
        _root = new ConfigSection(path, YamlLoader.Load(path, text), "The description of a figure", Keys["figure"]);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">
    /// <c>ConfigNotFound</c>, <c>ConfigUnreadable</c>, <c>ConfigTooLarge</c>, <c>ConfigSyntax</c>, <c>ConfigKeyUnknown</c>,
    /// <c>ConfigKeyMissing</c>, <c>ConfigKeyDuplicate</c> or <c>ConfigValueInvalid</c>.
    /// </exception>
    public static FigureDescription Read(string path) => Parse(path, YamlFile.Text(path, YamlFile.Read(path)));

    /// <summary>Reads a text; <paramref name="path"/> is what messages call it.</summary>
    public static FigureDescription Parse(string path, string text) => new FigureDescriptionReader(path, text).Read();

    private FigureDescription Read()
    {
        var version = _root.Require("version");
        if (_root.Integer(version, "version") != FigureDescription.SchemaVersion)
        {
            throw _root.Fault(version,
                $"'version' must be {FigureDescription.SchemaVersion}, the only one that this module reads.");
        }

        var kind = Choice<FigureKind>("kind") ?? throw _root.Fault(_root.Require("kind"), "'kind' is missing.");
        var source = Choice<FigureSource>("from") ?? FigureSource.Records;
        var isPictures = kind == FigureKind.Pictures;
        foreach (var key in (string[])(isPictures ? ["x", "y"] : ["pictures"]))
        {
            if (_root.Find(key) is { } node) throw _root.Fault(node, $"A figure of kind {kind} has no '{key}'.");
        }

        var benchmarks = Texts(_root, "benchmarks");
        if (source == FigureSource.Records != (benchmarks.Length == 0))
        {
            throw _root.Fault(_root.Node,
                "'from' and 'benchmarks' say which results a figure is drawn of: both, or none of them.");
        }

        return new FigureDescription
        {
            Name = Name(),
            Title = _root.RequireText("title"),
            Reference = _root.Text("reference") ?? "",
            Kind = kind,
            Source = source,
            Benchmarks = benchmarks,
            Where = Mapping("where", (section, entry) => (IReadOnlyList<string>)Texts(section, entry.Key)),
            Panel = Texts(_root, "panel"),
            Series = Texts(_root, "series"),
            X = isPictures ? null : Axis("x", kind, source),
            Y = isPictures ? null : Axis("y", kind, source),
            Pictures = isPictures ? Pictures() : null,
            Names = Mapping("names", (section, entry) => section.Text(entry.Value, entry.Key)),
        };
    }

    private string Name()
    {
        var name = _root.RequireText("figure");
        return NamePattern().IsMatch(name)
            ? name
            : throw _root.Fault(_root.Require("figure"),
                "'figure' becomes the name of files: letters, digits, '.', '_' and '-'.");
    }

    private FigureAxis Axis(string key, FigureKind kind, FigureSource source)
    {
        var section = new ConfigSection(_path, _root.Require(key), $"'{key}'", Keys["axis"]);
        var isValue = key == "y" && source == FigureSource.Values;
        var columns = Texts(section, "of");
        var isShare = key == "y" && kind == FigureKind.Histogram;
        if (columns.Length == 0 && isValue) columns = [ResultRecords.Value];
        if (columns.Length == 0 && !isShare) section.Require("of");
        var bins = Numbers(section, "bins");
        if (bins.Length > 0 != (key == "x" && kind == FigureKind.Histogram))
        {
            throw section.Fault(section.Node, "'bins' are those of a histogram's x, and it needs them.");
        }

        if (bins.Length > MostBins || bins.Zip(bins.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw section.Fault(section.Require("bins"), $"'bins' must rise, and be at most {MostBins}.");
        }

        var scale = section.Text("scale") ?? Scales[0];
        if (!Scales.Contains(scale))
        {
            throw section.Fault(section.Require("scale"), $"'{scale}' is no scale. {NearestName.Suggest(scale, Scales)}");
        }

        return new FigureAxis(columns, new ChartAxis(section.RequireText("label"))
        {
            Unit = section.Text("unit") ?? "",
            IsLogarithmic = scale == "log",
            From = Number(section, "start"),
            To = Number(section, "end"),
            IsWhole = section.Find("whole") is { } whole && section.Flag(whole, "whole"),
        })
        {
            Low = section.Text("low") ?? (isValue ? ResultRecords.Low : ""),
            High = section.Text("high") ?? (isValue ? ResultRecords.High : ""),
            Bins = bins,
        };
    }

    private FigurePictures Pictures()
    {
        var section = new ConfigSection(_path, _root.Require("pictures"), "'pictures'", Keys["pictures"]);
        var window = Numbers(section, "window");
        if (window.Length is not (0 or 2)
            || (window.Length == 2 && (window[0] >= window[1] || Array.Exists(window, hu => Math.Abs(hu) > LargestWindow))))
        {
            throw section.Fault(section.Require("window"),
                "'window' is two numbers in HU: what is black, and above it what is white.");
        }

        var rows = section.Find("rows") is { } node ? section.Integer(node, "rows") : MostRows;
        if (rows is < 1 or > MostRows)
        {
            throw section.Fault(section.Require("rows"), $"'rows' must lie from 1 to {MostRows}.");
        }

        return new FigurePictures(
            section.RequireText("path"), section.Text("index") ?? "", section.Text("mask") ?? "",
            section.Text("caption") ?? "",
            window.Length == 0 ? null : (window[0], window[1]), (int)rows);
    }

    private T? Choice<T>(string key)
        where T : struct, Enum
    {
        if (_root.Text(key) is not { } text) return null;
        var names = Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).ToArray();
        return names.Contains(text)
            ? Enum.Parse<T>(text, ignoreCase: true)
            : throw _root.Fault(_root.Require(key), $"'{key}' cannot be '{text}'. {NearestName.Suggest(text, names)}");
    }

    private KeyValuePair<string, T>[] Mapping<T>(string key, Func<ConfigSection, YamlEntry, T> value)
    {
        if (_root.Find(key) is not { } node) return [];
        string[] names = node is YamlMapping mapping ? [.. mapping.Entries.Select(entry => entry.Key)] : [];
        var section = new ConfigSection(_path, node, $"'{key}'", names);
        return [.. section.Entries.Select(entry => KeyValuePair.Create(entry.Key, value(section, entry)))];
    }

    // One text, or a list of them.
    private static string[] Texts(ConfigSection section, string key) => section.Find(key) switch
    {
        null => [],
        YamlScalar scalar => [section.Text(scalar, key)],
        _ => [.. section.List(key).Select(item => section.Text(item, key))],
    };

    private static double[] Numbers(ConfigSection section, string key) =>
        [.. section.List(key).Select(item => section.Number(item, key))];

    private static double? Number(ConfigSection section, string key) =>
        section.Find(key) is { } node ? section.Number(node, key) : null;

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,80}\z")]
    private static partial Regex NamePattern();
}
