namespace Thesis.Engine.Data;

/// <summary>How the files of a dataset are laid out.</summary>
public enum DatasetFormat
{
    /// <summary>MNIST's idx: a file of images and one of labels for each part.</summary>
    Idx,

    /// <summary>CIFAR-10's binary version.</summary>
    Cifar,

    /// <summary>Drawn by <see cref="GeneratedShapes"/>; there are no files.</summary>
    Generated,
}

/// <summary>One file of a dataset.</summary>
/// <param name="Name">The name without <c>.gz</c>.</param>
/// <param name="Sha256">SHA-256 of the unpacked bytes in lower-case hexadecimal, or null when none is stated.</param>
public sealed record DatasetFile(string Name, string? Sha256);

/// <summary>The training or the test part of a dataset.</summary>
/// <param name="Count">Images; null where only the files say it.</param>
/// <param name="Files">Its files, in order; for idx, images and labels.</param>
public sealed record DatasetPart(int? Count, IReadOnlyList<DatasetFile> Files);

/// <summary>Where a file of a dataset, or an archive of all, is published.</summary>
/// <param name="Address">The https address.</param>
/// <param name="Bytes">Its length; a mirror's may be shorter, never longer.</param>
/// <param name="Sha256">SHA-256 of its bytes in lower-case hexadecimal, or null where that of the unpacked file is stated.</param>
public sealed record DatasetDownload(Uri Address, long Bytes, string? Sha256)
{
    private const string ArchiveSuffix = ".tar.gz";

    /// <summary>The file's name.</summary>
    public string FileName => Path.GetFileName(Address.AbsolutePath);

    /// <summary>Whether it is an archive of the dataset's files.</summary>
    public bool IsArchive => FileName.EndsWith(ArchiveSuffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>The name of the file without <c>.gz</c>.</summary>
    public string ContentName => FileName.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? FileName[..^".gz".Length] : FileName;
}

/// <summary>What <c>configs/datasets/NAME.yaml</c> says of a dataset.</summary>
public sealed record DatasetDescription
{
    /// <summary>The name, as users give it.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required string Title { get; init; }

    /// <summary>Who made it, and where it is published.</summary>
    public required string Source { get; init; }

    /// <summary>Its licence, as stated by its makers.</summary>
    public required string Licence { get; init; }

    /// <summary>The layout of its files.</summary>
    public required DatasetFormat Format { get; init; }

    /// <summary>The shape of an image.</summary>
    public required ImageShape Shape { get; init; }

    /// <summary>The names of the classes, by label.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Where the files may lie: below the data folder, or absolute.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    /// <summary>The last images of the training part, held back for validation; null where nobody said.</summary>
    public required int? ValidationCount { get; init; }

    /// <summary>Where the files can be had; none where the description says nothing.</summary>
    public IReadOnlyList<DatasetDownload> Downloads { get; init; } = [];

    /// <summary>The training part, the images for validation included.</summary>
    public required DatasetPart Training { get; init; }

    /// <summary>The test part.</summary>
    public required DatasetPart Test { get; init; }
}
