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
    private const long MaximumBytes = 1L << 36;

    private static readonly string[] Keys =
    [
        "version", "dataset", "title", "source", "licence", "format", "shape", "classes", "folders", "validation",
        "download", "train", "test",
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
        var test = Part("test", format);
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
            Downloads = [.. _root.List("download").Select(node => Download(node, [.. training.Files, .. test.Files]))],
            Training = training,
            Test = test,
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

        return new DatasetFile(name, Hash(section));
    }

    private static string? Hash(ConfigSection section)
    {
        var hash = section.Text("sha256");
        return hash is null || (hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower))
            ? hash
            : throw section.Fault(section.Require("sha256"), "'sha256' must be 64 lower-case hexadecimal digits.");
    }

    private DatasetDownload Download(YamlNode node, DatasetFile[] files)
    {
        var section = new ConfigSection(_path, node, "A download", ["url", "bytes", "sha256"]);
        var text = section.RequireText("url");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps)
        {
            throw section.Fault(section.Require("url"), $"'url' must be an https address, not '{text}'.");
        }

        var bytes = section.Integer(section.Require("bytes"), "bytes");
        if (bytes is < 1 or > MaximumBytes) throw section.Fault(section.Require("bytes"), $"'bytes' must lie from 1 to {MaximumBytes}.");
        var download = new DatasetDownload(address, bytes, Hash(section));
        if (!download.IsArchive && files.All(file => file.Name != download.ContentName))
        {
            throw section.Fault(
                section.Require("url"), $"'{download.FileName}' is neither a file of this dataset nor a tar.gz archive of them.");
        }

        // What is neither hashed here nor when it is unpacked could be anything.
        if (download.Sha256 is null && (download.IsArchive || files.First(file => file.Name == download.ContentName).Sha256 is null))
        {
            throw section.Fault(section.Node, "A download needs 'sha256', or its file does.");
        }

        return download;
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
