using System.IO.Compression;
using System.Security.Cryptography;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// A file, plain or gzip as its first two bytes say, read forward. It knows its position in the unpacked bytes, for
/// messages, and how many of them there can be at most, so that a reader can check a header before it allocates.
/// </summary>
internal sealed class PackedFile : IDisposable
{
    private const int ChunkLength = 1 << 20;

    private readonly Stream _content;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private PackedFile(string path, FileStream file)
    {
        Path = path;
        IsPacked = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        _content = IsPacked ? new GZipStream(file, CompressionMode.Decompress) : file;
        Limit = IsPacked ? InputFile.UnpackedLimit(file.Length) : file.Length;
    }

    /// <summary>The path.</summary>
    public string Path { get; }

    /// <summary>Whether the file is gzip.</summary>
    public bool IsPacked { get; }

    /// <summary>The unpacked bytes that there can be at most; exact for a plain file.</summary>
    public long Limit { get; }

    /// <summary>Unpacked bytes that were read.</summary>
    public long Position { get; private set; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InputException"><c>DatasetNotFound</c>, <c>ImageFileUnreadable</c>.</exception>
    public static PackedFile Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputException(
                ImageErrorIds.DatasetNotFound, FaultKind.NotFound, $"The file '{path}' does not exist.", path);
        }

        return Guard(path, () => new PackedFile(path, InputFile.Open(path)));
    }

    /// <summary>Reads exactly as many bytes as <paramref name="target"/> takes.</summary>
    /// <exception cref="InputException"><c>ImageFileTruncated</c>, with the offset at which the file ends.</exception>
    public void Fill(Span<byte> target)
    {
        var read = Read(target);
        if (read == target.Length) return;
        throw new InputException(
            ImageErrorIds.Truncated, FaultKind.InvalidData,
            $"'{Path}' ends at offset {Position}; {target.Length - read} more bytes should follow.", Path);
    }

    /// <summary>Reads <paramref name="count"/> bytes that a header announced; refused before allocating when there cannot be as many.</summary>
    public byte[] Take(long count, WorkContext work)
    {
        if (count > Math.Min(Limit - Position, Array.MaxLength))
        {
            throw new InputException(
                ImageErrorIds.Truncated, FaultKind.InvalidData,
                $"'{Path}' announces {count} bytes after offset {Position}; at most {Math.Min(Limit - Position, Array.MaxLength)} can.", Path);
        }

        InputFile.RequireMemory(count, Path);
        var bytes = GC.AllocateUninitializedArray<byte>((int)count);
        for (var start = 0; start < bytes.Length; start += ChunkLength)
        {
            work.ThrowIfCancelled();
            Fill(bytes.AsSpan(start, Math.Min(ChunkLength, bytes.Length - start)));
        }

        return bytes;
    }

    /// <summary>Reads as many bytes as there are, up to the length of <paramref name="target"/>.</summary>
    public int Read(Span<byte> target)
    {
        try
        {
            var read = _content.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
            Position += read;
            _hash.AppendData(target[..read]);
            return read;
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException)
        {
            throw Unreadable(Path, fault);
        }
    }

    /// <summary>Fails when bytes follow, or when the unpacked bytes have another SHA-256 than is expected.</summary>
    /// <param name="sha256">The hash in lower-case hexadecimal, or null when any content will do.</param>
    /// <exception cref="InputException"><c>ImageFileTrailingBytes</c>, <c>DatasetHashMismatch</c>.</exception>
    public void RequireEnd(string? sha256)
    {
        var at = Position;
        if (Read(stackalloc byte[1]) != 0)
        {
            throw new InputException(
                ImageErrorIds.TrailingBytes, FaultKind.InvalidData,
                $"'{Path}' goes on after offset {at}, where its header says that it ends.", Path);
        }

        var found = Convert.ToHexStringLower(_hash.GetCurrentHash());
        if (sha256 is null || sha256 == found) return;
        throw new InputException(
            ImageErrorIds.HashMismatch, FaultKind.InvalidData,
            $"'{Path}' is not the file of this dataset: the SHA-256 of its unpacked bytes is {found}, not {sha256}.", Path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _content.Dispose();
        _hash.Dispose();
    }

    private static PackedFile Guard(string path, Func<PackedFile> open)
    {
        try
        {
            return open();
        }
        catch (IOException fault)
        {
            throw Unreadable(path, fault);
        }
    }

    private static InputException Unreadable(string path, Exception fault) => new(
        ImageErrorIds.FileUnreadable, FaultKind.InvalidData, $"'{path}' cannot be read: {fault.Message}", path, fault);
}
