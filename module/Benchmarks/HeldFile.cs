using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// A file that the operating system locks for one process (FileShare.None): a killed process leaves the file, perhaps, and no lock. A
/// file system that has no locks gives it to everyone.
/// </summary>
internal static class HeldFile
{
    /// <summary>Opens a file, which is made where it is missing; null where another one holds it.</summary>
    /// <param name="path">The file; <see cref="AtomicFile.RequireWritable"/> has said that its folder can be written.</param>
    /// <param name="options">Whether the file goes when it is closed.</param>
    /// <exception cref="InputException">
    /// <c>FileNotWritable</c>, <c>DiskSpaceInsufficient</c>: any other fault. No session ends it some day: to wait for it would be for ever.
    /// </exception>
    public static FileStream? TryOpen(string path, FileOptions options)
    {
        try
        {
            // A file that its owner deletes between the opening and the locking is opened anew: .NET looks after that.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, options);
        }
        catch (Exception fault) when (IsElsewhere(fault, options))
        {
            return null;
        }
        catch (Exception fault) when (AtomicFile.IsOfDisk(fault))
        {
            throw AtomicFile.NotWritable(path, fault);
        }
    }

    // EWOULDBLOCK of Linux and of macOS, and Windows' ERROR_SHARING_VIOLATION, as .NET hands them on (benchmarks/Once.psm1 has them, too);
    // Windows refuses access to a file that its owner is deleting.
    private static bool IsElsewhere(Exception fault, FileOptions options) =>
        fault is IOException { HResult: 11 or 35 or unchecked((int)0x80070020) }
        || (fault is UnauthorizedAccessException && options == FileOptions.DeleteOnClose && OperatingSystem.IsWindows());
}
