using System.IO.Compression;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Reads features from a file, by its extension: <c>.npy</c>, <c>.npy.gz</c>, <c>.npz</c>, <c>.csv</c>, <c>.tsv</c>,
/// <c>.parquet</c>, <c>.bin</c>.
/// </summary>
public static class FeatureFile
{
    /// <summary>The extensions that are read.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
        [".npy", ".npy.gz", ".npz", ".csv", ".tsv", ".parquet", ".bin"];

    /// <summary>Reads and checks a file; the rows keep their length.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which columns or entries to take.</param>
    /// <param name="work">Cancellation, progress.</param>
    /// <exception cref="InputException">One fault; its ids are in <see cref="DataErrorIds"/>.</exception>
    public static FeatureSet Read(string path, FeatureFileOptions options, WorkContext work)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(work);
        var extension = Extension(path);
        RequireNames(extension, options, path);
        var faults = new RowFaults(path);
        var content = extension switch
        {
            ".npy" => FromArray(NpyFile.Read(path, work)),
            ".npy.gz" => FromArray(ReadGzip(path, work)),
            ".npz" => NpzFeatureReader.Read(path, options, work),
            ".csv" => CsvFeatureReader.Read(path, ',', options, faults, work),
            ".tsv" => CsvFeatureReader.Read(path, '\t', options, faults, work),
            ".bin" => BinFeatureReader.Read(path, options.Dimension, work),
            _ => ParquetFeatureReader.Read(path, options, faults, work),
        };
        RequireDimension(content, options.Dimension, path);
        FeatureCheck.Identities(content.Identities, content.Features.Count, path);
        FeatureCheck.Rows(content, faults);
        FeatureCheck.Ids(content, faults);
        if (content.Columns is { } columns) work.Verbose?.Invoke($"Features of '{path}': {columns}.");
        return faults.Conclude(content, options.SkipInvalid, work);
    }

    private static void RequireDimension(FeatureSet content, int? dimension, string path)
    {
        if (dimension is null || dimension == content.Features.Dimension) return;
        throw new InputException(
            DataErrorIds.DimensionMismatch, FaultKind.InvalidArgument,
            $"The features of '{path}' have {content.Features.Dimension} values, not {dimension} (-FeatureDimension).", path);
    }

    // A name that nothing bears is a mistake, also where nothing bears a name.
    private static void RequireNames(string extension, FeatureFileOptions options, string path)
    {
        var asked = options.Columns is [var column, ..] ? column : options.Features ?? options.Id ?? options.Identity;
        var named = extension == ".npz" ? options.Columns is null : extension is ".csv" or ".tsv" or ".parquet";
        if (named || asked is null) return;
        var what = extension == ".npz" ? "an archive of arrays, which have no columns" : "one array, without names";
        throw new InputException(
            DataErrorIds.ColumnNotFound, FaultKind.NotFound, $"'{path}' is {what}: there is no '{asked}' in it.", path);
    }

    /// <summary>The features of a two-dimensional array of floating-point numbers.</summary>
    internal static FeatureSet FromArray(NpyArray array)
    {
        if (array.Shape.Length != 2)
        {
            throw new InputException(
                DataErrorIds.ShapeInvalid, FaultKind.InvalidData,
                $"'{array.Source}' has {array.Shape.Length} dimensions; features are a matrix, one row a face.",
                array.Source);
        }

        FeatureCheck.Shape(array.Shape[0], array.Shape[1], array.Source);
        var features = new FeatureMatrix(array.ToSingle(), array.Shape[0], array.Shape[1]);
        return new FeatureSet(features, null, null, array.Source);
    }

    private static string Extension(string path)
    {
        foreach (var extension in Extensions)
        {
            if (path.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) return extension;
        }

        throw new InputException(
            DataErrorIds.FormatUnknown, FaultKind.NotSupported,
            $"'{path}' is of no known format; {string.Join(", ", Extensions)} are read.", path);
    }

    private static NpyArray ReadGzip(string path, WorkContext work)
    {
        using var file = InputFile.Open(path);
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        return InputFile.Guard(
            path, () => NpyFile.Read(unpacked, InputFile.UnpackedLimit(file.Length), path, work));
    }
}
