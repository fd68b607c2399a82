namespace Thesis.Engine.Data;

/// <summary>The stable error ids of the readers of labelled images.</summary>
public static class ImageErrorIds
{
    /// <summary>No dataset has this name, or its files are in none of the folders.</summary>
    public const string DatasetNotFound = "DatasetNotFound";

    /// <summary>A folder holds no dataset of a known layout.</summary>
    public const string DatasetFormatUnknown = "DatasetFormatUnknown";

    /// <summary>The dataset has no such split.</summary>
    public const string SplitMissing = "DatasetSplitMissing";

    /// <summary>A split holds no image, or fewer than are asked for.</summary>
    public const string DatasetTooSmall = "DatasetTooSmall";

    /// <summary>A file is another than the one that the catalogue describes.</summary>
    public const string HashMismatch = "DatasetHashMismatch";

    /// <summary>A part has another number of images than the catalogue says.</summary>
    public const string CountMismatch = "DatasetCountMismatch";

    /// <summary>A photograph does not exist.</summary>
    public const string FileNotFound = "ImageFileNotFound";

    /// <summary>A file cannot be opened or unpacked.</summary>
    public const string FileUnreadable = "ImageFileUnreadable";

    /// <summary>A file ends before what its header announces.</summary>
    public const string Truncated = "ImageFileTruncated";

    /// <summary>A file goes on after what its header announces.</summary>
    public const string TrailingBytes = "ImageFileTrailingBytes";

    /// <summary>The idx magic number is wrong.</summary>
    public const string IdxMagicInvalid = "IdxMagicInvalid";

    /// <summary>The idx header announces impossible lengths.</summary>
    public const string IdxHeaderInvalid = "IdxHeaderInvalid";

    /// <summary>A CIFAR file is not a whole number of records.</summary>
    public const string CifarLengthInvalid = "CifarLengthInvalid";

    /// <summary>The numbers of images and of labels differ.</summary>
    public const string LabelCountMismatch = "LabelCountMismatch";

    /// <summary>A label is no class of the dataset.</summary>
    public const string LabelOutOfRange = "LabelOutOfRange";

    /// <summary>An image has another size than the first, or than the dataset.</summary>
    public const string SizeMismatch = "ImageSizeMismatch";

    /// <summary>An image file is broken, too large, or has transparent pixels.</summary>
    public const string ImageInvalid = "ImageInvalid";

    /// <summary>An array is no array of images or of labels.</summary>
    public const string ArrayInvalid = "ImageArrayInvalid";

    /// <summary>A pixel is not a number from 0 to 1.</summary>
    public const string ValueOutOfRange = "ImageValueOutOfRange";
}
