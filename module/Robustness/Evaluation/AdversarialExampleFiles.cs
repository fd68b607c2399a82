using System.Globalization;
using System.Text;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The files of an attack with one budget.</summary>
/// <param name="Epsilon">The budget; none for an attack that takes none.</param>
/// <param name="Count">The images.</param>
/// <param name="Reached">How many of them reach the attack's goal.</param>
/// <param name="Path">The images, npy, float32, N x C x H x W.</param>
public sealed record AdversarialExampleFile(Epsilon? Epsilon, int Count, int Reached, string Path);

/// <summary>
/// Attacks images and writes what comes out: the images of each budget as npy, one manifest (CSV), where they come from
/// (JSON, <see cref="ExampleOrigin"/>) and one picture (PNG).
/// </summary>
public sealed class AdversarialExampleFiles
{
    /// <summary>
    /// The columns of the manifest; epsilon and changes are in pixel units, epsilon_fraction in shares of the range. There
    /// is no prediction where a logit is NaN or infinite.
    /// </summary>
    public const string ManifestHeader =
        "file,row,index,label,target,clean_prediction,prediction,goal_reached,epsilon,epsilon_fraction,linf,l2,l1,l0,iterations,exit";

    private const int GridColumns = 10;

    private readonly LabelledImages _images;
    private readonly IAdversarialAttack _attack;
    private readonly Epsilon?[] _budgets;
    private readonly string _folder;
    private readonly bool _overwrite;

    /// <summary>Plans the files.</summary>
    /// <param name="images">The images.</param>
    /// <param name="attack">The attack.</param>
    /// <param name="epsilons">The budgets; not looked at where the attack takes none.</param>
    /// <param name="folder">The folder; it is made when it is missing.</param>
    /// <param name="overwrite">Whether existing files may be replaced.</param>
    /// <exception cref="InputException"><c>EpsilonMissing</c>, <c>EpsilonOutOfRange</c>, <c>FileExists</c>.</exception>
    public AdversarialExampleFiles(
        LabelledImages images, IAdversarialAttack attack, IReadOnlyList<Epsilon> epsilons, string folder, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(attack);
        ArgumentNullException.ThrowIfNull(epsilons);
        (_images, _attack, _folder, _overwrite) = (images, attack, folder, overwrite);
        var bounded = AttackBudgets.Same(epsilons).For(attack, images.Shape);
        _budgets = attack.TakesEpsilon ? [.. bounded.Select(epsilon => (Epsilon?)epsilon)] : [null];
        var existing = overwrite ? null : _budgets.Select(ImagePath)
            .Concat([ManifestPath, OriginPath, GridPath]).FirstOrDefault(File.Exists);
        if (existing is not null) throw AtomicFile.Exists(existing);
    }

    /// <summary>The attack.</summary>
    public string AttackName => _attack.Name;

    /// <summary>The manifest's path.</summary>
    public string ManifestPath => Path.Combine(_folder, Stem + "-manifest.csv");

    /// <summary>The path of the record of where they come from.</summary>
    public string OriginPath => ExampleOrigin.PathBeside(ManifestPath);

    /// <summary>The picture's path.</summary>
    public string GridPath => Path.Combine(_folder, Stem + "-grid.png");

    private string Stem => _attack.Name.ToLowerInvariant();

    /// <summary>Attacks and writes.</summary>
    /// <param name="classifier">The model; the manifest's predictions are its own.</param>
    /// <param name="crafting">The model that the examples are made on; the same unless it is another.</param>
    /// <param name="models">Which models these are; the second is null where it is the first.</param>
    /// <param name="options">Seed, batches, target.</param>
    /// <param name="context">Cancellation and progress.</param>
    /// <exception cref="InputException">
    /// The faults of <see cref="AttackRunner"/>; <c>ArrayTooLong</c>, <c>MemoryInsufficient</c>.
    /// </exception>
    public IReadOnlyList<AdversarialExampleFile> Write(
        ImageClassifier classifier, ImageClassifier crafting, (ModelIdentity Model, ModelIdentity? Surrogate) models,
        AttackRunOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(options);
        AtomicFile.RequireWritable(ManifestPath);
        var images = ClassifierFit.Align(classifier, _images, context);
        ClassifierFit.Check(classifier, images);
        ClassifierFit.RequireOwnLogits(classifier, images, context);
        var count = ClassifierFit.Attacked(classifier, images, options.Target).Length;
        var length = MemoryPlan.ArrayLength(count, _images.Shape.Count, $"{count} images of {_images.Shape}", "Use fewer images.");
        MemoryPlan.Require(
            (double)(_budgets.Length + 1) * length * sizeof(float),
            $"{count} images for {_budgets.Length} budgets", "Use fewer images or one epsilon at a time.");
        var before = new float[length];
        var after = Array.ConvertAll(_budgets, _ => new float[before.Length]);
        var reached = new int[_budgets.Length];
        var lines = Array.ConvertAll(_budgets, _ => new StringBuilder());
        string Name(long? label) => label is not { } known ? "none"
            : known < images.ClassNames.Count ? Printable.Text(images.ClassNames[(int)known]) : known.ToString(CultureInfo.InvariantCulture);

        var trueNames = new List<string>();
        var foundNames = Array.ConvertAll(_budgets, _ => new List<string>());
        var done = 0;
        Epsilon[] epsilons = [.. _budgets.Where(budget => budget is not null).Select(budget => budget!.Value)];
        AttackRunner.Run(crafting, images, _attack, epsilons, options, context, attacked =>
        {
            using var none = no_grad();
            Copy(attacked.Batch.Images, before, done);
            trueNames.AddRange(attacked.Batch.Goal.Labels.cpu().data<long>().ToArray().Select(label => Name(label)));
            for (var i = 0; i < _budgets.Length; i++)
            {
                Copy(attacked.Outcomes[i].Images, after[i], done);
                reached[i] += Describe(
                    classifier, attacked.Batch, attacked.Outcomes[i], i, done, lines[i], found => foundNames[i].Add(Name(found)));
            }

            done += attacked.Batch.Count;
        });
        WriteFiles(before, after, lines, trueNames, foundNames);
        OriginOf(models, options).Write(ManifestPath, _overwrite);
        return [.. _budgets.Select((budget, i) => new AdversarialExampleFile(budget, count, reached[i], ImagePath(budget)))];
    }

    private ExampleOrigin OriginOf((ModelIdentity Model, ModelIdentity? Surrogate) models, AttackRunOptions options) => new()
    {
        Model = models.Model,
        Surrogate = models.Surrogate,
        Dataset = Path.GetFileName(_images.Source),
        Attack = _attack.Name,
        Access = _attack.Access,
        Settings = ExampleOrigin.SettingsOf(_attack),
        Epsilons = [.. _budgets.Where(budget => budget is not null).Select(budget => budget!.Value.Pixels)],
        Seed = options.Seed,
        ExpectationDraws = options.ExpectationDraws,
        Target = options.Target?.ToString(),
    };

    private void WriteFiles(
        float[] before, float[][] after, StringBuilder[] lines, List<string> trueNames, List<string>[] foundNames)
    {
        var (shape, count) = (_images.Shape, trueNames.Count);
        var grid = new AdversarialGrid(shape, Math.Min(GridColumns, count));
        grid.AddImages(before, trueNames);
        for (var i = 0; i < _budgets.Length; i++)
        {
            var values = after[i];
            AtomicFile.Write(
                ImagePath(_budgets[i]),
                stream => NpyFile.Write<float>(stream, values, count, shape.Channels, shape.Height, shape.Width), _overwrite);
            grid.AddImages(values, foundNames[i]);
            grid.AddChanges(before, values);
        }

        var manifest = ManifestHeader + "\n" + string.Concat(lines.Select(text => text.ToString()));
        AtomicFile.Write(ManifestPath, stream => stream.Write(Encoding.UTF8.GetBytes(manifest)), _overwrite);
        grid.Write(GridPath, _overwrite);
    }

    private int Describe(
        ImageClassifier classifier, AttackBatch batch, AttackOutcome outcome, int budget, int done, StringBuilder lines,
        Action<long?> found)
    {
        var labels = batch.Goal.Labels.cpu().data<long>().ToArray();
        var targets = batch.Goal.Targets?.cpu().data<long>().ToArray();
        var before = InputGradient.Judged(classifier, batch, batch.Images);
        ClassifierFit.RequireFinite(classifier, before, batch.Indices);
        var clean = before.argmax(1).cpu().data<long>().ToArray();
        var logits = InputGradient.Judged(classifier, batch, outcome.Images);
        var classified = AttackGoal.AreFinite(logits).cpu().data<bool>().ToArray();
        var predicted = logits.argmax(1).cpu().data<long>().ToArray();
        var reached = batch.Goal.Reached(logits).cpu().data<bool>().ToArray();
        var change = Perturbation.Measure(outcome.Images, batch.Images);
        var epsilon = _budgets[budget];
        var file = Path.GetFileName(ImagePath(epsilon));
        for (var row = 0; row < batch.Count; row++)
        {
            found(classified[row] ? predicted[row] : null);
            lines.Append(CultureInfo.InvariantCulture, $"{file},{done + row},{batch.Indices[row]},{labels[row]},{targets?[row]},")
                .Append(CultureInfo.InvariantCulture, $"{clean[row]},{(classified[row] ? predicted[row] : null)},")
                .Append(CultureInfo.InvariantCulture, $"{(reached[row] ? "true" : "false")},{epsilon?.Pixels},{epsilon?.Value},")
                .Append(CultureInfo.InvariantCulture, $"{change.Linf[row]:F4},{change.L2[row]:F4},{change.L1[row]:F4},{change.L0[row]},")
                .Append(CultureInfo.InvariantCulture, $"{outcome.Iterations[row]},{outcome.Exits[row]}\n");
        }

        return reached.Count(one => one);
    }

    private static void Copy(Tensor images, float[] target, int row)
    {
        using var values = images.to(ScalarType.Float32).cpu().contiguous();
        var from = values.data<float>();
        from.CopyTo(target, (int)(row * (images.numel() / images.shape[0])));
    }

    private string ImagePath(Epsilon? budget) =>
        Path.Combine(_folder, budget is null ? Stem + ".npy" : $"{Stem}-eps{budget}.npy");
}
