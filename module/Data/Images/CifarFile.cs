using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Reads files of CIFAR-10's binary version, plain or gzip: records of one label byte and 3,072 bytes, the planes of
/// red, green and blue, each 32 rows of 32. A file has as many records as its length says, so a part of one is a file.
/// </summary>
public static class CifarFile
{
    private const int RecordsAtOnce = 1000;

    /// <summary>The shape of its images.</summary>
    public static ImageShape Shape { get; } = new(3, 32, 32);

    private static int RecordLength => 1 + Shape.Count;

    /// <summary>Reads files, one after another, each with the SHA-256 that it must have unpacked, or null.</summary>
    /// <exception cref="InputException">
    /// <c>CifarLengthInvalid</c>: the last record is cut; <c>ImageFileUnreadable</c>; <c>DatasetNotFound</c>.
    /// </exception>
    public static (byte[] Pixels, int[] Labels) Read(
        IEnumerable<(string Path, string? Sha256)> files, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(work);
        var pixels = new MemoryStream();
        var labels = new List<int>();
        foreach (var (path, sha256) in files) Read(path, sha256, pixels, labels, work);
        return (pixels.ToArray(), [.. labels]);
    }

    private static void Read(
        string path, string? sha256, MemoryStream pixels, List<int> labels, WorkContext work)
    {
        using var file = PackedFile.Open(path);
        var records = new byte[RecordsAtOnce * RecordLength];
        for (int read; (read = file.Read(records)) > 0;)
        {
            work.ThrowIfCancelled();
            if (read % RecordLength != 0)
            {
                throw new InputException(
                    ImageErrorIds.CifarLengthInvalid, FaultKind.InvalidData,
                    $"'{path}' ends at offset {file.Position}, within a record: records have {RecordLength} bytes.", path);
            }

            RequireRoom(pixels.Length + read, path);
            for (var start = 0; start < read; start += RecordLength)
            {
                labels.Add(records[start]);
                pixels.Write(records, start + 1, Shape.Count);
            }
        }

        file.RequireEnd(sha256);
    }

    // A gzip file does not say how much it unpacks to; what is kept is bounded as it grows.
    private static void RequireRoom(long bytes, string path)
    {
        InputFile.RequireMemory(2 * bytes, path);
        if (bytes <= Array.MaxLength) return;
        throw new InputException(
            ImageErrorIds.CifarLengthInvalid, FaultKind.InvalidData,
            $"'{path}' holds over {Array.MaxLength} bytes, more than one array.", path);
    }
}
