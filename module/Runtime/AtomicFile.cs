namespace Thesis.Engine.Runtime;

/// <summary>
/// Files that are there whole or not at all: written under a temporary name in the same folder, flushed to the disk,
/// then moved into place.
/// </summary>
public static class AtomicFile
{
    /// <summary>The error id of a file that cannot be written.</summary>
    public const string NotWritableId = "FileNotWritable";

    /// <summary>The error id of a disk without room, whether that is known before anything is written or not.</summary>
    public const string DiskFullId = "DiskSpaceInsufficient";

    // ENOSPC, and EDQUOT of Linux and of macOS, as .NET hands them on; ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL.
    private static readonly int[] DiskFullCodes = OperatingSystem.IsWindows()
        ? [unchecked((int)0x80070070), unchecked((int)0x80070027)]
        : [28, OperatingSystem.IsMacOS() ? 69 : 122];

    /// <summary>Writes a file by <paramref name="write"/>; on any fault the temporary file is removed.</summary>
    /// <param name="path">The target; its folder is made when it is missing.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="InputException">
    /// <c>FileExists</c>: the file exists and must not be replaced; <c>FileNotWritable</c>: the folder or the file cannot be
    /// made; <c>DiskSpaceInsufficient</c>: the disk is full. A file that was there stays as it was.
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
        catch (Exception fault)
        {
            File.Delete(temporary);
            if (IsOfDisk(fault)) throw NotWritable(full, fault);
            throw;
        }
    }

    /// <summary>Runs a step that writes a file; what the disk does not allow is a fault of the input.</summary>
    /// <param name="path">The file.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="InputException"><c>FileNotWritable</c>, <c>DiskSpaceInsufficient</c>.</exception>
    internal static T Guard<T>(string path, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception fault) when (IsOfDisk(fault))
        {
            throw NotWritable(path, fault);
        }
    }

    /// <inheritdoc cref="Guard{T}"/>
    internal static void Guard(string path, Action step) => Guard(path, () =>
    {
        step();
        return true;
    });

    /// <summary>Whether a fault says that a file cannot be written, for want of room or otherwise.</summary>
    internal static bool IsNotWritable(InputException fault) => fault.ErrorId is NotWritableId or DiskFullId;

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
        catch (Exception fault) when (IsOfDisk(fault))
        {
            throw NotWritable(full, fault);
        }
    }

    internal static bool IsOfDisk(Exception fault) => fault is IOException or UnauthorizedAccessException;

    internal static InputException NotWritable(string full, Exception cause) =>
        cause is IOException && DiskFullCodes.Contains(cause.HResult)
            ? DiskFull($"The disk of '{full}' is full. What was there stays as it was.", full, cause)
            : NotWritable(full, cause.Message.TrimEnd('.'), cause);

    private static InputException NotWritable(string full, string reason, Exception? cause = null) => new(
        NotWritableId, FaultKind.ResourceUnavailable, $"'{full}' cannot be written: {reason}.", full, cause);

    /// <summary>The fault of a disk without room.</summary>
    internal static InputException DiskFull(string message, string path, Exception? cause = null) =>
        new(DiskFullId, FaultKind.ResourceUnavailable, message, path, cause);

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
