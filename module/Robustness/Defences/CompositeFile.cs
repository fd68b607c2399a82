using System.Collections.Immutable;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Reads the description of a model behind defences: YAML with <c>version: 1</c>, <c>classifier</c>, a model's file in the
/// description's folder or below it, <c>architecture</c> where that file holds weights alone, and <c>defences</c>, a list in
/// the order in which an image passes them. Unknown keys are faults, with their line.
/// </summary>
internal sealed class CompositeFile
{
    private const int MaximumDefences = 16;

    private static readonly (string Kind, string[] Keys, Func<CompositeFile, ConfigSection, ImageDefence> Create)[] Kinds =
    [
        ("noise", ["sigma"], (_, section) => new GaussianNoiseDefence(section.Number(section.Require("sigma"), "sigma"))),
        ("jpeg", ["quality"], (_, section) => new JpegDefence(Whole(section, "quality", 0))),
        ("bits", ["depth"], (_, section) => new BitDepthDefence(Whole(section, "depth", 0))),
        (
            "projection",
            [
                "generator", "inverter", "restarts", "steps", "optimiser", "learning_rate", "momentum", "decay_after", "sigma",
                "prune_after", "prune_to", "stop_below",
            ],
            (file, section) => file.Projection(section)),
    ];

    private readonly string _path;
    private readonly ConfigSection _root;
    private readonly ClassifierLoadOptions _options;
    private readonly WorkContext _work;
    private readonly List<string> _parts = [];

    private CompositeFile(string path, ClassifierLoadOptions options, WorkContext work)
    {
        (_path, _options, _work) = (path, options, work);
        var text = YamlFile.Text(path, YamlFile.Read(path));
        _root = new ConfigSection(path, YamlLoader.Load(path, text), "The description", ["version", "classifier", "architecture", "defences"]);
    }

    /// <summary>Loads the model.</summary>
    /// <exception cref="InputException">
    /// The faults of YAML (<c>ConfigSyntax</c>, <c>ConfigKeyUnknown</c>, <c>ConfigKeyMissing</c>, <c>ConfigValueInvalid</c>,
    /// <c>ConfigTooLarge</c>), and those of <see cref="ClassifierLoader"/>.
    /// </exception>
    public static ImageClassifier Load(string path, ClassifierLoadOptions options, WorkContext work) =>
        new CompositeFile(path, options, work).Load();

    private CompositeClassifier Load()
    {
        if (_root.Integer(_root.Require("version"), "version") != 1) throw _root.Fault(_root.Require("version"), "'version' is 1.");
        var file = Classifier();
        _parts.Add(file);
        var defences = Defences();
        var inner = ClassifierLoader.Load(file, _options with { Architecture = _root.Text("architecture") ?? _options.Architecture }, _work);
        foreach (var projection in defences.OfType<ProjectionDefence>()) projection.Generator.RequireShape(inner.ImageShape, $"those of '{file}'");
        return new CompositeClassifier(Path.GetFileNameWithoutExtension(_path), inner, defences, [.. _parts]);
    }

    private string Classifier()
    {
        var file = Below(_root, "classifier");
        return ClassifierLoader.IsDescription(file)
            ? throw _root.Fault(_root.Require("classifier"), "'classifier' must be a model, not a description of one.")
            : file;
    }

    // A file of the description's folder or below it, or where there is none a model of the module, by its name.
    private string Below(ConfigSection section, string key)
    {
        var (node, name) = (section.Require(key), section.RequireText(key));
        var folder = Path.TrimEndingDirectorySeparator(Path.GetDirectoryName(Path.GetFullPath(_path))!) + Path.DirectorySeparatorChar;
        var file = Path.GetFullPath(Path.Combine(folder, name));
        if (Path.IsPathRooted(name) || !file.StartsWith(folder, StringComparison.Ordinal))
        {
            throw section.Fault(node, $"'{key}' must lie in the description's folder or below it, not at '{Printable.Text(name)}'.");
        }

        return File.Exists(file) ? file : OwnModels.Find(name) ?? file;
    }

    private ProjectionDefence Projection(ConfigSection section)
    {
        var defaults = new ProjectionOptions();
        var adam = (section.Text("optimiser") ?? "sgd") switch
        {
            "sgd" => false,
            "adam" => true,
            var other => throw section.Fault(section.Require("optimiser"), $"'optimiser' is sgd or adam, not '{Printable.Text(other)}'."),
        };
        var options = new ProjectionOptions
        {
            Restarts = Whole(section, "restarts", defaults.Restarts),
            Steps = Whole(section, "steps", defaults.Steps),
            Optimiser = adam ? OptimiserKind.Adam : OptimiserKind.Sgd,
            LearningRate = Number("learning_rate", adam ? 0.01 : defaults.LearningRate),
            Momentum = Number("momentum", defaults.Momentum),
            DecayAfter = Number("decay_after", defaults.DecayAfter),
            Sigma = Number("sigma", defaults.Sigma),
            PruneAfter = Whole(section, "prune_after", 0),
            PruneTo = Whole(section, "prune_to", defaults.PruneTo),
            StopBelow = Number("stop_below", 0),
        };
        var (generatorPath, inverterPath) = (Below(section, "generator"), section.Find("inverter") is null ? null : Below(section, "inverter"));
        var type = _options.DoublePrecision ? ScalarType.Float64 : ScalarType.Float32;
        var (generator, _) = GenerativeFile.LoadGenerator(generatorPath, _work, type);
        _parts.Add(generatorPath);
        if (inverterPath is null) return new ProjectionDefence(generator, null, options) { Work = _work };
        try
        {
            _parts.Add(inverterPath);
            return new ProjectionDefence(generator, GenerativeFile.LoadInverter(inverterPath, generator, _work), options) { Work = _work };
        }
        catch
        {
            generator.Dispose();
            throw;
        }

        double Number(string key, double missing) => section.Find(key) is { } node ? section.Number(node, key) : missing;
    }

    // A whole number, held to what an int can be; options refuse what is out of their range.
    private static int Whole(ConfigSection section, string key, int missing) =>
        section.Find(key) is { } node ? (int)Math.Clamp(section.Integer(node, key), -1, int.MaxValue) : missing;

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
            return known.Create(this, section);
        }
        catch (InputException fault) when (fault.ErrorId == "OptionOutOfRange")
        {
            throw section.Fault(node, fault.Message);
        }
    }
}
