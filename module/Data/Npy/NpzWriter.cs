using System.Buffers.Binary;
using System.IO.Compression;

namespace Thesis.Engine.Data;

/// <summary>Writes an npz, a zip archive of npy files as <c>numpy.savez</c> writes it.</summary>
internal sealed class NpzWriter : IDisposable
{
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive _archive;

    /// <summary>Begins an archive.</summary>
    public NpzWriter(Stream stream) => _archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);

    /// <summary>Adds an array of numbers.</summary>
    public void Add<T>(string name, ReadOnlySpan<T> values, params int[] shape)
        where T : unmanaged
    {
        using var entry = Open(name);
        NpyFile.Write(entry, values, shape);
    }

    /// <summary>Adds an array of text, as wide as the longest.</summary>
    public void Add(string name, IReadOnlyList<string> texts)
    {
        var runes = texts.Select(text => text.EnumerateRunes().ToArray()).ToArray();
        var width = sizeof(int) * Math.Max(1, runes.Select(text => text.Length).DefaultIfEmpty().Max());
        using var entry = Open(name);
        NpyHeader.Write(entry, new NpyElement(NpyKind.Unicode, width), [texts.Count]);
        var bytes = new byte[width];
        foreach (var text in runes)
        {
            Array.Clear(bytes);
            for (var i = 0; i < text.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int) * i), text[i].Value);
            entry.Write(bytes);
        }
    }

    /// <summary>Ends the archive.</summary>
    public void Dispose() => _archive.Dispose();

    // A time would make two archives of the same arrays differ.
    private Stream Open(string name)
    {
        var entry = _archive.CreateEntry(name + ".npy", CompressionLevel.NoCompression);
        entry.LastWriteTime = NoTime;
        return entry.Open();
    }
}
