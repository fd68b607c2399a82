namespace Thesis.Engine.Runtime;

/// <summary>
/// Files that are there whole or not at all: written under a temporary name in the same folder, flushed to the disk,
/// then moved into place.
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes a file by <paramref name="write"/>; on any fault the temporary file is removed.</summary>
    /// <param name="path">The target; its folder is made when it is missing.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="InputException"><c>FileExists</c>: the file exists and must not be replaced.</exception>
    public static void Write(string path, Action<Stream> write, bool overwrite = true)
    {
        ArgumentNullException.ThrowIfNull(write);
        var full = Path.GetFullPath(path);
        if (!overwrite && File.Exists(full)) throw Exists(full);
        var folder = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            Move(temporary, full, overwrite);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static void Move(string temporary, string full, bool overwrite)
    {
        try
        {
            File.Move(temporary, full, overwrite);
        }
        catch (IOException) when (!overwrite && File.Exists(full))
        {
            throw Exists(full);
        }
    }

    /// <summary>The fault of a file that exists and must not be replaced.</summary>
    public static InputException Exists(string full) => new(
        "FileExists", FaultKind.AlreadyExists, $"'{full}' exists already. Give -Force to replace it.", full);
}
