using System.Security.Cryptography;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>What all readers share: opening, the faults of reading, the hash, the memory that a file may ask for.</summary>
internal static class InputFile
{
    /// <summary>Deflate cannot unpack to more than this many times its length (RFC 1951: 258 bytes from 2 bits).</summary>
    public const int MaximumDeflateRatio = 1032;

    private const int BufferLength = 1 << 20;

    /// <summary>Opens a file for reading; a fault is an <see cref="InputException"/>, and so is a pipe, which has no length.</summary>
    /// <param name="path">The file.</param>
    /// <param name="missing">The id of a file that does not exist.</param>
    /// <param name="unreadable">The id of one that cannot be opened.</param>
    public static FileStream Open(
        string path, string missing = DataErrorIds.FileNotFound, string unreadable = DataErrorIds.FileUnreadable)
    {
        var stream = OpenText(path, missing, unreadable);
        if (stream.CanSeek) return stream;
        stream.Dispose();
        throw new InputException(
            unreadable, FaultKind.InvalidData,
            $"'{path}' is a pipe, and its format is read by its length: write it to a file first.", path);
    }

    /// <summary>Opens a file, or a pipe, whose lines are read one after another.</summary>
    /// <inheritdoc cref="Open" path="/param"/>
    public static FileStream OpenText(
        string path, string missing = DataErrorIds.FileNotFound, string unreadable = DataErrorIds.FileUnreadable)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new InputException(
                missing, FaultKind.NotFound, $"The file '{path}' does not exist.", path);
        }

        return Guard(
            path,
            () => new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan),
            unreadable);
    }

    /// <summary>Runs <paramref name="read"/> and turns the faults of the file system and of archives into ours.</summary>
    public static T Guard<T>(string path, Func<T> read, string unreadable = DataErrorIds.FileUnreadable)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InputException(
                unreadable, FaultKind.InvalidData, $"'{path}' cannot be read: {fault.Message}", path, fault);
        }
    }

    /// <summary>Refuses data of <paramref name="bytes"/> when it is more than the memory of this machine or container.</summary>
    public static void RequireMemory(long bytes, string source)
    {
        var memory = GC.GetGCMemoryInfo();
        var free = memory.TotalAvailableMemoryBytes - GC.GetTotalMemory(forceFullCollection: false);
        if (bytes <= free) return;
        throw new InputException(
            DataErrorIds.MemoryInsufficient, FaultKind.ResourceUnavailable,
            $"'{source}' needs {bytes / 1_000_000} MB and {free / 1_000_000} MB are free. Split the file.", source);
    }

    /// <summary>The most bytes that <paramref name="compressed"/> bytes of deflate can unpack to.</summary>
    public static long UnpackedLimit(long compressed) =>
        compressed > long.MaxValue / MaximumDeflateRatio ? long.MaxValue : compressed * MaximumDeflateRatio;

    /// <summary>The SHA-256 of a file, in lower-case hexadecimal, streamed.</summary>
    public static string Sha256(string path, WorkContext work)
    {
        using var stream = Open(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferLength];
        return Guard(path, () =>
        {
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                work.ThrowIfCancelled();
                hash.AppendData(buffer, 0, read);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        });
    }
}
