using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// A folder with <c>train_images.npy</c>, <c>train_labels.npy</c>, <c>test_images.npy</c>, <c>test_labels.npy</c>. Images
/// are (N, rows, columns) or (N, channels, rows, columns), uint8 or floating-point numbers in [0, 1]; labels are whole
/// numbers from 0 on.
/// </summary>
internal sealed class NpyPairSource(string folder) : IImageSource
{
    private const int MaximumClasses = 100_000;

    public string Name => Path.GetFileName(folder);

    public int? ValidationCount => null;

    /// <summary>The file of a part's images.</summary>
    public static string ImagePath(string folder, DatasetSplit split) => Path.Combine(folder, Part(split) + "_images.npy");

    public LabelledImages Read(DatasetSplit split, WorkContext work)
    {
        var path = ImagePath(folder, split);
        var labels = Labels(split, work);
        // The classes are those of both parts: the test part may lack the last ones.
        var other = split == DatasetSplit.Test ? DatasetSplit.Training : DatasetSplit.Test;
        var all = File.Exists(LabelPath(other)) ? labels.Concat(Labels(other, work)) : labels;
        var classes = 1 + all.DefaultIfEmpty(0).Max();
        string[] names = [.. Enumerable.Range(0, classes).Select(label => label.ToString(CultureInfo.InvariantCulture))];
        var array = Array(path, work);
        var shape = Shape(array);
        var images = array.Data is byte[] bytes
            ? new LabelledImages(shape, bytes, labels, names, path)
            : new LabelledImages(shape, array.ToSingle(), labels, names, path);
        return Shuffled.Of(images);
    }

    private int[] Labels(DatasetSplit split, WorkContext work)
    {
        var path = LabelPath(split);
        var array = Array(path, work);
        long[]? values = array.Data switch
        {
            byte[] data => System.Array.ConvertAll(data, value => (long)value),
            int[] data => System.Array.ConvertAll(data, value => (long)value),
            long[] data => data,
            _ => null,
        };
        if (values is null || array.Shape.Length != 1)
        {
            throw Invalid(path, "labels are one-dimensional and uint8, int32 or int64");
        }

        var strange = System.Array.FindIndex(values, value => value is < 0 or >= MaximumClasses);
        if (strange < 0) return System.Array.ConvertAll(values, value => (int)value);
        throw new InputException(
            ImageErrorIds.LabelOutOfRange, FaultKind.InvalidData,
            $"Label {strange} of '{path}' is {values[strange]}; labels are 0 to {MaximumClasses - 1}.", strange);
    }

    private static ImageShape Shape(NpyArray array)
    {
        int[] lengths = array.Shape.Length == 3 ? [1, .. array.Shape[1..]] : array.Shape[1..];
        return lengths.Length == 3 && ImageShape.IsValid(lengths[0], lengths[1], lengths[2])
            ? new ImageShape(lengths[0], lengths[1], lengths[2])
            : throw Invalid(array.Source, "images are (N, rows, columns) or (N, channels, rows, columns) with 1 to 4 channels");
    }

    private static NpyArray Array(string path, WorkContext work) => File.Exists(path)
        ? NpyFile.Read(path, work)
        : throw new InputException(
            ImageErrorIds.SplitMissing, FaultKind.NotFound, $"The dataset lacks the file '{path}'.", path);

    private static InputException Invalid(string path, string rule) =>
        new(ImageErrorIds.ArrayInvalid, FaultKind.InvalidData, $"'{path}' has another shape or type: {rule}.", path);

    private static string Part(DatasetSplit split) => split == DatasetSplit.Test ? "test" : "train";

    private string LabelPath(DatasetSplit split) => Path.Combine(folder, Part(split) + "_labels.npy");
}
