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
    /// <exception cref="InputException">
    /// <c>FileExists</c>: the file exists and must not be replaced; <c>FileNotWritable</c>: the folder or the file cannot be
    /// made.
    /// </exception>
    public static void Write(string path, Action<Stream> write, bool overwrite = true)
    {
        ArgumentNullException.ThrowIfNull(write);
        var full = Path.GetFullPath(path);
        if (!overwrite && File.Exists(full)) throw Exists(full);
        var (stream, temporary) = Open(full);
        try
        {
            using (stream)
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

    /// <summary>Fails now, and not at the end of long work, where a file cannot be written; its folder is made.</summary>
    /// <exception cref="InputException"><c>FileNotWritable</c>.</exception>
    public static void RequireWritable(string path)
    {
        var (stream, temporary) = Open(Path.GetFullPath(path));
        stream.Dispose();
        File.Delete(temporary);
    }

    /// <summary>Fails where what stands at the path is no file, but a folder or a device; changes nothing.</summary>
    /// <exception cref="InputException"><c>FileNotWritable</c>.</exception>
    public static void RequireNoOther(string path)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full)) throw NotWritable(full, "it is a folder");

        // A file that is moved into the place of /dev/null takes the device from the whole system.
        if (Path.GetDirectoryName(full) == "/dev") throw NotWritable(full, "it is a device");
    }

    private static (FileStream Stream, string Path) Open(string full)
    {
        RequireNoOther(full);
        try
        {
            var folder = Path.GetDirectoryName(full)!;
            Directory.CreateDirectory(folder);
            var temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
            return (new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16), temporary);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(full, fault.Message.TrimEnd('.'), fault);
        }
    }

    /// <summary>The error <c>FileNotWritable</c>.</summary>
    /// <param name="full">The file.</param>
    /// <param name="reason">Why, without a full stop.</param>
    /// <param name="cause">What said so.</param>
    internal static InputException NotWritable(string full, string reason, Exception? cause = null) => new(
        "FileNotWritable", FaultKind.ResourceUnavailable, $"'{full}' cannot be written: {reason}.", full, cause);

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
