using System.Collections.Immutable;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Reads the description of a model behind defences: YAML with <c>version: 1</c>, <c>classifier</c>, a model's file in the
/// description's folder or below it, <c>architecture</c> where that file holds weights alone, and <c>defences</c>, a list in
/// the order in which an image passes them. Unknown keys are faults, with their line.
/// </summary>
internal sealed class CompositeFile
{
    private const int MaximumDefences = 16;

    private static readonly (string Kind, string[] Keys, Func<ConfigSection, ImageDefence> Create)[] Kinds =
    [
        ("noise", ["sigma"], section => new GaussianNoiseDefence(section.Number(section.Require("sigma"), "sigma"))),
        ("jpeg", ["quality"], section => new JpegDefence((int)Math.Clamp(section.Integer(section.Require("quality"), "quality"), 0, 101))),
    ];

    private readonly string _path;
    private readonly ConfigSection _root;

    private CompositeFile(string path)
    {
        _path = path;
        var text = InputFile.Guard(path, () => new FileInfo(path).Length > YamlLoader.MaximumBytes
            ? new string(' ', YamlLoader.MaximumBytes + 1)
            : File.ReadAllText(path));
        _root = new ConfigSection(path, YamlLoader.Load(path, text), "The description", ["version", "classifier", "architecture", "defences"]);
    }

    /// <summary>Loads the model.</summary>
    /// <exception cref="InputException">
    /// The faults of YAML (<c>ConfigSyntax</c>, <c>ConfigKeyUnknown</c>, <c>ConfigKeyMissing</c>, <c>ConfigValueInvalid</c>,
    /// <c>ConfigTooLarge</c>), and those of <see cref="ClassifierLoader"/>.
    /// </exception>
    public static ImageClassifier Load(string path, ClassifierLoadOptions options, WorkContext work) =>
        new CompositeFile(path).Load(options, work);

    private CompositeClassifier Load(ClassifierLoadOptions options, WorkContext work)
    {
        if (_root.Integer(_root.Require("version"), "version") != 1) throw _root.Fault(_root.Require("version"), "'version' is 1.");
        var file = Classifier();
        var defences = Defences();
        var inner = ClassifierLoader.Load(file, options with { Architecture = _root.Text("architecture") ?? options.Architecture }, work);
        return new CompositeClassifier(Path.GetFileNameWithoutExtension(_path), inner, defences, [file]);
    }

    private string Classifier()
    {
        var (node, name) = (_root.Require("classifier"), _root.RequireText("classifier"));
        var folder = Path.TrimEndingDirectorySeparator(Path.GetDirectoryName(Path.GetFullPath(_path))!) + Path.DirectorySeparatorChar;
        var file = Path.GetFullPath(Path.Combine(folder, name));
        if (Path.IsPathRooted(name) || !file.StartsWith(folder, StringComparison.Ordinal))
        {
            throw _root.Fault(node, $"'classifier' must lie in the description's folder or below it, not at '{Printable.Text(name)}'.");
        }

        return ClassifierLoader.IsDescription(file) ? throw _root.Fault(node, "'classifier' must be a model, not a description of one.") : file;
    }

    private ImmutableArray<ImageDefence> Defences()
    {
        var nodes = _root.List("defences");
        return nodes.Count is > 0 and <= MaximumDefences
            ? [.. nodes.Select(Defence)]
            : throw _root.Fault(_root.Require("defences"), $"'defences' is a list of 1 to {MaximumDefences}.");
    }

    private ImageDefence Defence(YamlNode node)
    {
        var kind = new ConfigSection(_path, node, "A defence", ["kind", .. Kinds.SelectMany(known => known.Keys)]);
        var name = kind.RequireText("kind");
        var known = Array.Find(Kinds, one => one.Kind == name);
        if (known.Create is null)
        {
            throw kind.Fault(kind.Require("kind"), $"'{Printable.Text(name)}' is no defence. {NearestName.Suggest(name, [.. Kinds.Select(one => one.Kind)])}");
        }

        var section = new ConfigSection(_path, node, $"The defence '{name}'", ["kind", .. known.Keys]);
        try
        {
            return known.Create(section);
        }
        catch (InputException fault) when (fault.ErrorId == "OptionOutOfRange")
        {
            throw section.Fault(node, fault.Message);
        }
    }
}
