using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>Recognises what a user's folder of labelled images holds.</summary>
internal static class FolderLayout
{
    private static readonly DatasetFile[] IdxTraining = Files("train-images-idx3-ubyte", "train-labels-idx1-ubyte");
    private static readonly DatasetFile[] IdxTest = Files("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");

    /// <summary>The source that reads the folder.</summary>
    /// <exception cref="InputException"><c>DatasetFormatUnknown</c>, <c>ImageFileUnreadable</c>.</exception>
    public static IImageSource Open(string folder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (IdxTraining.Concat(IdxTest).All(file => CatalogueSource.Existing(path, file.Name) is not null)) return Idx(path);
        if (Cifar(path) is { } cifar) return cifar;
        if (File.Exists(NpyPairSource.ImagePath(path, DatasetSplit.Test))) return new NpyPairSource(path);
        if (ImageFolderSource.IsLaidOut(path)) return new ImageFolderSource(path);
        throw new InputException(
            ImageErrorIds.DatasetFormatUnknown, FaultKind.InvalidData,
            $"'{folder}' holds no dataset of a known layout: MNIST's four idx files; CIFAR-10's data_batch_*.bin and "
            + "test_batch.bin; train_images.npy, train_labels.npy, test_images.npy and test_labels.npy; or subfolders "
            + "train and test with a subfolder of png or jpg images for each class.", folder);
    }

    private static CatalogueSource Idx(string folder)
    {
        var labels = new[] { IdxTraining[1], IdxTest[1] }.SelectMany(
            file => IdxFile.ReadLabels(CatalogueSource.Existing(folder, file.Name)!, WorkContext.Default));
        var classes = 1 + labels.DefaultIfEmpty(0).Max();
        return Source(folder, DatasetFormat.Idx, IdxFile.ReadShape(CatalogueSource.Existing(folder, IdxTest[0].Name)!),
            [.. Enumerable.Range(0, classes).Select(label => label.ToString(CultureInfo.InvariantCulture))], IdxTraining, IdxTest);
    }

    private static CatalogueSource? Cifar(string folder)
    {
        // The catalogue's names of the files, and those of a part.
        var (training, test) = (Matching(folder, "data_batch_*.bin*"), Matching(folder, "test_batch.bin*"));
        if (training.Length == 0) (training, test) = (Matching(folder, "train*.bin*"), Matching(folder, "test*.bin*"));
        if (training.Length == 0 || test.Length == 0) return null;
        return Source(
            folder, DatasetFormat.Cifar, CifarFile.Shape, DatasetCatalogue.Find("cifar10").ClassNames, training, test);
    }

    private static DatasetFile[] Matching(string folder, string pattern) =>
        Files([.. InputFile.Guard(folder, () => Directory.GetFiles(folder, pattern), ImageErrorIds.FileUnreadable)
            .Select(file => Path.GetFileName(file))
            .Select(name => name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^".gz".Length] : name)
            .Where(name => name.EndsWith(".bin", StringComparison.OrdinalIgnoreCase))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

    private static CatalogueSource Source(
        string folder, DatasetFormat format, ImageShape shape, IReadOnlyList<string> classNames,
        IReadOnlyList<DatasetFile> training, IReadOnlyList<DatasetFile> test) => new(
        new DatasetDescription
        {
            Name = Path.GetFileName(folder),
            Title = "",
            Source = folder,
            Licence = "",
            Format = format,
            Shape = shape,
            ClassNames = classNames,
            Folders = [folder],
            ValidationCount = null,
            Training = new DatasetPart(null, training),
            Test = new DatasetPart(null, test),
        },
        folder);

    private static DatasetFile[] Files(params string[] names) => [.. names.Select(name => new DatasetFile(name, null))];
}
