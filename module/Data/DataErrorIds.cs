namespace Thesis.Engine.Data;

/// <summary>
/// The stable error ids of the readers in this folder. Each is the <see cref="Runtime.InputException.ErrorId"/> of one
/// kind of fault; scripts may compare with them, so they never change their meaning.
/// </summary>
public static class DataErrorIds
{
    /// <summary>The file does not exist.</summary>
    public const string FileNotFound = "FeatureFileNotFound";

    /// <summary>The file exists and cannot be opened or read.</summary>
    public const string FileUnreadable = "FeatureFileUnreadable";

    /// <summary>The extension names no format that is read here.</summary>
    public const string FormatUnknown = "FeatureFileFormatUnknown";

    /// <summary>The file ends before the data that its header announces.</summary>
    public const string Truncated = "FeatureFileTruncated";

    /// <summary>Bytes follow after the data that the header announces.</summary>
    public const string TrailingBytes = "FeatureFileTrailingBytes";

    /// <summary>The npy magic, version or header text is wrong.</summary>
    public const string NpyHeaderInvalid = "NpyHeaderInvalid";

    /// <summary>The npy shape is negative, overflows or has too many dimensions.</summary>
    public const string NpyShapeInvalid = "NpyShapeInvalid";

    /// <summary>The npy element type is known to NumPy and not read here.</summary>
    public const string NpyTypeUnsupported = "NpyTypeUnsupported";

    /// <summary>The npy holds pickled Python objects, which are code and never loaded.</summary>
    public const string NpyObjectRefused = "NpyObjectRefused";

    /// <summary>The npz is no readable zip archive.</summary>
    public const string NpzInvalid = "NpzInvalid";

    /// <summary>Two entries of the npz have the same name.</summary>
    public const string NpzEntryDuplicate = "NpzEntryDuplicate";

    /// <summary>The npz has no entry of the name asked for, or no feature matrix.</summary>
    public const string NpzEntryNotFound = "NpzEntryNotFound";

    /// <summary>The npz has several matrices and no entry was named.</summary>
    public const string NpzEntryAmbiguous = "NpzEntryAmbiguous";

    /// <summary>An archive announces, or unpacks to, more than its size allows.</summary>
    public const string ArchiveBomb = "FeatureArchiveTooLarge";

    /// <summary>The array is no matrix of features.</summary>
    public const string ShapeInvalid = "FeatureShapeInvalid";

    /// <summary>A file of bare numbers, and no dimension is given.</summary>
    public const string DimensionMissing = "FeatureDimensionMissing";

    /// <summary>The dimension that is given is not the file's.</summary>
    public const string DimensionMismatch = "FeatureDimensionMismatch";

    /// <summary>The file holds no feature.</summary>
    public const string Empty = "FeatureFileEmpty";

    /// <summary>More values than one array can hold.</summary>
    public const string CountTooLarge = "FeatureCountTooLarge";

    /// <summary>The values do not fit in the free memory.</summary>
    public const string MemoryInsufficient = "MemoryInsufficient";

    /// <summary>A row has another number of columns or another dimension than the first.</summary>
    public const string RowRagged = "FeatureRowRagged";

    /// <summary>A cell that should be a number is none.</summary>
    public const string ValueInvalid = "FeatureValueInvalid";

    /// <summary>A value is NaN or infinite.</summary>
    public const string NotFinite = "FeatureNotFinite";

    /// <summary>A feature is the zero vector and has no direction.</summary>
    public const string Zero = "FeatureZero";

    /// <summary>A float64 value is finite and too large for float32.</summary>
    public const string Overflow = "FeatureOverflow";

    /// <summary>Two features have the same id.</summary>
    public const string IdDuplicate = "FeatureIdDuplicate";

    /// <summary>A feature has no id although others have one, or the number of ids differs.</summary>
    public const string IdMissing = "FeatureIdMissing";

    /// <summary>A column that was asked for is absent, or no column holds features.</summary>
    public const string ColumnNotFound = "FeatureColumnNotFound";

    /// <summary>Two columns have the same name, or two could hold the features.</summary>
    public const string ColumnAmbiguous = "FeatureColumnAmbiguous";

    /// <summary>The text is no valid CSV or no valid UTF-8.</summary>
    public const string CsvInvalid = "CsvInvalid";

    /// <summary>The file is no readable Parquet file.</summary>
    public const string ParquetInvalid = "ParquetInvalid";

    /// <summary>The Parquet file is sound and uses what is not read here.</summary>
    public const string ParquetUnsupported = "ParquetUnsupported";

    /// <summary>The number of identities is not the number of features.</summary>
    public const string IdentityCountMismatch = "IdentityCountMismatch";

    /// <summary>No identity is known where one is needed.</summary>
    public const string IdentityMissing = "IdentityMissing";

    /// <summary>The array of identities is not one-dimensional or of no usable type.</summary>
    public const string IdentityInvalid = "IdentityInvalid";
}
