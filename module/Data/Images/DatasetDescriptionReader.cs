using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Reads the description of a dataset strictly: an unknown, missing or double key, or a value of another type or out of
/// its range, is a fault with the file, the line and the column.
/// </summary>
internal sealed class DatasetDescriptionReader
{
    private const int SchemaVersion = 1;
    private const int MaximumCount = 10_000_000;
    private const int MaximumClasses = 100_000;

    private static readonly string[] Keys =
    [
        "version", "dataset", "title", "source", "licence", "format", "shape", "classes", "folders", "validation",
        "train", "test",
    ];

    private static readonly Dictionary<string, DatasetFormat> Formats = new()
    {
        ["idx"] = DatasetFormat.Idx,
        ["cifar"] = DatasetFormat.Cifar,
        ["generated"] = DatasetFormat.Generated,
    };

    private readonly string _path;
    private readonly ConfigSection _root;

    private DatasetDescriptionReader(string path, string text)
    {
        _path = path;
        _root = new ConfigSection(path, YamlLoader.Load(path, text), "The description", Keys);
    }

    /// <summary>Reads a text; <paramref name="path"/> is what messages call it.</summary>
    /// <exception cref="InputException">
    /// <c>ConfigSyntax</c>, <c>ConfigTooLarge</c>, <c>ConfigKeyUnknown</c>, <c>ConfigKeyMissing</c>,
    /// <c>ConfigKeyDuplicate</c> or <c>ConfigValueInvalid</c>.
    /// </exception>
    public static DatasetDescription Parse(string path, string text) => new DatasetDescriptionReader(path, text).Read();

    private DatasetDescription Read()
    {
        Integer(_root, "version", SchemaVersion, SchemaVersion);
        var format = Format();
        var training = Part("train", format);
        return new DatasetDescription
        {
            Name = _root.RequireText("dataset"),
            Title = _root.RequireText("title"),
            Source = _root.RequireText("source"),
            Licence = _root.RequireText("licence"),
            Format = format,
            Shape = Shape(format),
            ClassNames = Texts("classes", MaximumClasses),
            Folders = format == DatasetFormat.Generated ? [] : Texts("folders", int.MaxValue),
            ValidationCount = Integer(_root, "validation", 1, training.Count!.Value - 1),
            Training = training,
            Test = Part("test", format),
        };
    }

    private DatasetFormat Format()
    {
        var name = _root.RequireText("format");
        return Formats.TryGetValue(name, out var format)
            ? format
            : throw _root.Fault(
                _root.Require("format"), $"'{name}' is no format. {NearestName.Suggest(name, Formats.Keys)}");
    }

    private ImageShape Shape(DatasetFormat format)
    {
        var node = _root.Require("shape");
        var lengths = _root.List("shape").Select(length => _root.Integer(length, "shape")).ToArray();
        if (lengths.Length != 3 || !ImageShape.IsValid(lengths[0], lengths[1], lengths[2]))
        {
            throw _root.Fault(
                node, $"'shape' is channels (1 to 4), rows and columns (1 to {ImageShape.MaximumSide}).");
        }

        var shape = new ImageShape((int)lengths[0], (int)lengths[1], (int)lengths[2]);
        var possible = format switch
        {
            DatasetFormat.Cifar => shape == CifarFile.Shape,
            _ => shape.Channels == 1,
        };
        return possible ? shape : throw _root.Fault(node, $"No file of this format holds images of {shape}.");
    }

    private DatasetPart Part(string key, DatasetFormat format)
    {
        var section = new ConfigSection(_path, _root.Require(key), $"'{key}'", ["count", "files"]);
        var files = section.List("files").Select(File).ToArray();
        var expected = format switch
        {
            DatasetFormat.Idx => files.Length == 2,
            DatasetFormat.Cifar => files.Length >= 1,
            _ => files.Length == 0,
        };
        if (!expected)
        {
            throw section.Fault(
                section.Node, $"'{key}' has {files.Length} files: idx has two, images and labels; cifar at least one; "
                + "a generated dataset none.");
        }

        return new DatasetPart(Integer(section, "count", 2, MaximumCount), files);
    }

    private DatasetFile File(YamlNode node)
    {
        var section = new ConfigSection(_path, node, "A file", ["name", "sha256"]);
        var name = section.RequireText("name");
        if (name != Path.GetFileName(name) || name is "." or "..")
        {
            throw section.Fault(section.Require("name"), $"'name' must be a file's name without a folder, not '{name}'.");
        }

        var hash = section.Text("sha256");
        if (hash is not null && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower)))
        {
            throw section.Fault(section.Require("sha256"), "'sha256' must be 64 lower-case hexadecimal digits.");
        }

        return new DatasetFile(name, hash);
    }

    private string[] Texts(string key, int most)
    {
        var node = _root.Require(key);
        var texts = _root.List(key).Select(item => _root.Text(item, key)).ToArray();
        if (texts.Length > most) throw _root.Fault(node, $"'{key}' has over {most} entries.");
        return texts.Distinct(StringComparer.Ordinal).Count() == texts.Length
            ? texts
            : throw _root.Fault(node, $"'{key}' has an entry twice.");
    }

    private static int Integer(ConfigSection section, string key, int least, int most)
    {
        var node = section.Require(key);
        var value = section.Integer(node, key);
        return value >= least && value <= most
            ? (int)value
            : throw section.Fault(node, $"'{key}' must lie from {least} to {most}, not {node.Kind}.");
    }
}
