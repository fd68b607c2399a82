using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>The parts of a dataset.</summary>
public enum DatasetSplit
{
    /// <summary>For the gradients.</summary>
    Training,

    /// <summary>Held back from the training part, for choices made while training.</summary>
    Validation,

    /// <summary>For the result.</summary>
    Test,
}

/// <summary>How a dataset is found and split.</summary>
public sealed record ImageDatasetOptions
{
    /// <summary>The variable that names the data folder where none is given.</summary>
    public const string FolderVariable = "THESIS_DATA";

    /// <summary>The share of the training part that is held back where nothing else is said: MNIST's 10,000 of 60,000.</summary>
    public const double DefaultValidationShare = 1.0 / 6;

    private readonly int? _validationCount;

    /// <summary>The folder that holds the datasets' folders; the variable <c>THESIS_DATA</c> unless given.</summary>
    public string? DataPath { get; init; } = Environment.GetEnvironmentVariable(FolderVariable);

    /// <summary>The images held back for validation, 1 or more; the catalogue's number, or a sixth, unless given.</summary>
    /// <exception cref="InputException"><c>ValidationCountInvalid</c>.</exception>
    public int? ValidationCount
    {
        get => _validationCount;
        init => _validationCount = value is null or > 0
            ? value
            : throw new InputException(
                "ValidationCountInvalid", FaultKind.InvalidArgument, $"{value} images cannot be held back.", value);
    }
}

/// <summary>
/// A dataset of labelled images: one of the catalogue by its name, or a folder. A folder holds MNIST's idx files,
/// CIFAR's binary files, npy pairs (<c>train_images.npy</c>, <c>train_labels.npy</c>, <c>test_images.npy</c>,
/// <c>test_labels.npy</c>), or subfolders <c>train</c> and <c>test</c> with one subfolder of images a class; without
/// <c>train</c> and <c>test</c> its classes are a test part.
/// </summary>
public sealed class ImageDataset
{
    private readonly IImageSource _source;
    private readonly int? _validationCount;

    private ImageDataset(IImageSource source, string reference, ImageDatasetOptions options)
    {
        (_source, Reference) = (source, reference);
        _validationCount = options.ValidationCount ?? source.ValidationCount;
    }

    /// <summary>The catalogue's name, or the folder's.</summary>
    public string Name => _source.Name;

    /// <summary>What opens it again: the catalogue's name, or the folder's full path.</summary>
    public string Reference { get; }

    /// <summary>Finds a dataset; its files are read by <see cref="Read"/>.</summary>
    /// <param name="nameOrPath">A name of <see cref="DatasetCatalogue"/>, or a folder.</param>
    /// <param name="options">Where to look, and how to split.</param>
    /// <exception cref="InputException"><c>DatasetNotFound</c>, <c>DatasetFormatUnknown</c>.</exception>
    public static ImageDataset Open(string nameOrPath, ImageDatasetOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        ArgumentNullException.ThrowIfNull(options);
        // A name first: a folder of that name is meant by a path, such as ./mnist.
        if (DatasetCatalogue.Names.Contains(nameOrPath, StringComparer.OrdinalIgnoreCase) || !Directory.Exists(nameOrPath))
        {
            var source = CatalogueSource.Locate(DatasetCatalogue.Find(nameOrPath), options.DataPath);
            return new ImageDataset(source, source.Name, options);
        }

        return new ImageDataset(FolderLayout.Open(nameOrPath), Path.GetFullPath(nameOrPath), options);
    }

    /// <summary>Reads a part.</summary>
    /// <exception cref="InputException">One fault; its ids are in <see cref="ImageErrorIds"/>.</exception>
    public LabelledImages Read(DatasetSplit split, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (split == DatasetSplit.Test) return NotEmpty(_source.Read(DatasetSplit.Test, work));
        var all = NotEmpty(_source.Read(DatasetSplit.Training, work));
        var held = _validationCount ?? Math.Max(1, (int)(all.Count * ImageDatasetOptions.DefaultValidationShare));
        if (held >= all.Count)
        {
            throw new InputException(
                ImageErrorIds.DatasetTooSmall, FaultKind.InvalidArgument,
                $"'{all.Source}' has {all.Count} training images; {held} cannot be held back for validation.", all.Source);
        }

        return split == DatasetSplit.Training ? all.Slice(0, all.Count - held) : all.Slice(all.Count - held, held);
    }

    private static LabelledImages NotEmpty(LabelledImages images) => images.Count > 0
        ? images
        : throw new InputException(
            ImageErrorIds.DatasetTooSmall, FaultKind.InvalidData, $"'{images.Source}' holds no image.", images.Source);
}
