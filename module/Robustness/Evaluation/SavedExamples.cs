using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Adversarial examples of a file: npy, N x C x H x W in [0, 1] (or whole numbers of 0 to 255). Which image of the set each
/// is of, the manifest beside it says (<see cref="AdversarialExampleFiles"/>); without one, the rows are the set's first
/// images in order.
/// </summary>
public sealed class SavedExamples : IAdversarialAttack
{
    // PGD-Printed leaves the range, by a few; values of 0 to 255 are another unit.
    private const float Largest = 32;

    private readonly string _path;
    private readonly ImageShape _shape;
    private readonly float[] _values;
    private readonly int[] _indices;

    private SavedExamples(string path, ImageShape shape, float[] values, int[] indices) =>
        (_path, _shape, _values, _indices) = (path, shape, values, indices);

    /// <summary>Where they come from; null where no file says it.</summary>
    public ExampleOrigin? Origin { get; private init; }

    /// <inheritdoc/>
    public string Name => "Saved " + Path.GetFileNameWithoutExtension(_path);

    /// <inheritdoc/>
    public AttackAccess Access => AttackAccess.BlackBox;

    /// <inheritdoc/>
    public PerturbationNorm Norm => PerturbationNorm.Linf;

    /// <inheritdoc/>
    public bool TakesEpsilon => false;

    /// <summary>The images of the set that there are examples of, in the order of the file.</summary>
    public IReadOnlyList<int> Indices => _indices;

    /// <summary>Reads a file and its manifest.</summary>
    /// <param name="path">The file.</param>
    /// <param name="images">The set; examples of images beyond it are left out.</param>
    /// <param name="work">Cancellation; a sentence where there is no manifest.</param>
    /// <exception cref="InputException">
    /// <c>ExampleInvalid</c>: other shapes than the set's, values out of range, a manifest that does not fit;
    /// <c>ExampleLabelMismatch</c>: the manifest's class of an image is not the set's; the faults of npy files.
    /// </exception>
    public static SavedExamples Read(string path, LabelledImages images, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(work);
        var array = NpyFile.Read(path, work);
        var shape = images.Shape;
        if (array.Shape is not [> 0, var channels, var height, var width]
            || (channels, height, width) != (shape.Channels, shape.Height, shape.Width))
        {
            throw Invalid(path, $"it is {string.Join(" x ", array.Shape)}; the images of '{images.Source}' are N x {shape}");
        }

        var values = array.Data is byte[] bytes ? Array.ConvertAll(bytes, value => value / 255f) : array.ToSingle();
        var wrong = Array.FindIndex(values, value => !float.IsFinite(value) || Math.Abs(value) > Largest);
        if (wrong >= 0) throw Invalid(path, FormattableString.Invariant($"row {wrong / shape.Count} has a value of {values[wrong]}; pixels are 0 to 1"));
        var indices = Manifest(path, array.Shape[0], images, work);
        var kept = Enumerable.Range(0, indices.Length).Where(row => indices[row] < images.Count).ToArray();
        if (kept.Length == 0) throw Invalid(path, $"none of its rows is of the {images.Count} images that are judged");
        float[] chosen = kept.Length == indices.Length
            ? values
            : [.. kept.SelectMany(row => values.AsSpan(row * shape.Count, shape.Count).ToArray())];
        return new SavedExamples(path, shape, chosen, Array.ConvertAll(kept, row => indices[row]))
        {
            Origin = ExampleOrigin.Read(ManifestOf(path)),
        };
    }

    /// <summary>The examples of a batch's images, as they are.</summary>
    public IReadOnlyList<AttackOutcome> Run(
        ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return [new AttackOutcome(null, Take(batch), new int[batch.Count], new AttackExit[batch.Count])];
    }

    /// <summary>The examples of a batch's images, a tensor of their own.</summary>
    internal Tensor Take(AttackBatch batch)
    {
        var values = new float[batch.Count * _shape.Count];
        for (var row = 0; row < batch.Count; row++)
        {
            var from = Array.IndexOf(_indices, batch.Indices[row]);
            _values.AsSpan(from * _shape.Count, _shape.Count).CopyTo(values.AsSpan(row * _shape.Count));
        }

        using var read = tensor(values, batch.Images.shape);
        return read.to(batch.Images.dtype, batch.Images.device, copy: true);
    }

    private static int[] Manifest(string path, int rows, LabelledImages images, WorkContext work)
    {
        var (file, manifest) = (Path.GetFileName(path), ManifestOf(path));
        if (!File.Exists(manifest))
        {
            if (rows > images.Count) throw Invalid(path, $"it has {rows} rows, no manifest '{manifest}', and the set has {images.Count} images");
            work.Verbose?.Invoke($"'{path}' has no manifest: its {rows} rows are taken for the first images of '{images.Source}'.");
            return [.. Enumerable.Range(0, rows)];
        }

        using var stream = InputFile.OpenText(manifest);
        var indices = new int[rows];
        Array.Fill(indices, -1);
        CsvTable.Read(stream, manifest, ',', table => Fill(table, file, indices, images, manifest));
        var missing = Array.IndexOf(indices, -1);
        if (missing >= 0) throw Invalid(path, $"the manifest '{manifest}' has no line for row {missing}");
        return indices.Distinct().Count() == rows ? indices : throw Invalid(path, $"the manifest '{manifest}' names an image twice");
    }

    private static string ManifestOf(string path)
    {
        var stem = Path.GetFileNameWithoutExtension(path);
        var budget = stem.LastIndexOf("-eps", StringComparison.Ordinal);
        return Path.Combine(
            Path.GetDirectoryName(Path.GetFullPath(path))!, (budget < 0 ? stem : stem[..budget]) + "-manifest.csv");
    }

    private static bool Fill(CsvTable table, string file, int[] indices, LabelledImages images, string manifest)
    {
        if (!table.Next()) throw Invalid(manifest, "it is empty");
        var columns = table.Texts();
        var (name, row, index, label) = (Column("file"), Column("row"), Column("index"), Column("label"));
        while (table.Next())
        {
            if (table.Text(name) != file) continue;
            var (at, of, given) = (Number(row), Number(index), Number(label));
            if (at >= indices.Length) throw Invalid(manifest, $"line {table.Line} names row {at} of {indices.Length}");
            indices[at] = of;
            if (of >= images.Count || images.Label(of) == given) continue;
            throw new InputException(
                "ExampleLabelMismatch", FaultKind.InvalidData,
                $"Line {table.Line} of '{manifest}' gives image {of} the class {given}; in '{images.Source}' it has "
                + $"{images.Label(of)}. The examples are of another set.", table.Line);
        }

        return true;

        int Column(string wanted) => Array.IndexOf(columns, wanted) is >= 0 and var found
            ? found
            : throw Invalid(manifest, $"it has no column '{wanted}'");

        int Number(int column) => int.TryParse(table.Text(column), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Invalid(manifest, $"line {table.Line} has '{Printable.Text(table.Text(column))}' for a number");
    }

    private static InputException Invalid(string path, string reason) => new(
        "ExampleInvalid", FaultKind.InvalidData, $"'{path}' holds no examples that can be judged: {reason}.", path);
}
