using System.Text;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// A session's claim of a run while it does it, so that no other session does the same. The claim is a file that the operating system locks
/// (FileShare.None), in the results' folder: a killed session's file may stay, but its lock does not, and the next one takes
/// it. The file says which process it is, for people. Of a file system that has no locks every session gets every claim.
/// </summary>
public sealed class RunClaim : IDisposable
{
    private readonly FileStream _file;

    private RunClaim(FileStream file) => _file = file;

    /// <summary>The claim's file.</summary>
    public static string FileOf(string folder, string runId) => Path.Combine(Path.GetFullPath(folder), $".{runId}.claim");

    /// <summary>Claims a run; null where another session has it.</summary>
    /// <param name="folder">The results' folder; it is made where it is missing.</param>
    /// <param name="runId">The run.</param>
    /// <exception cref="InputException"><c>FileNotWritable</c>, <c>DiskSpaceInsufficient</c>: of the folder.</exception>
    public static RunClaim? Take(string folder, string runId)
    {
        var path = FileOf(folder, runId);
        AtomicFile.RequireWritable(path);
        try
        {
            // A file that its owner deletes between the opening and the locking is opened anew: .NET looks after that.
            var claim = new RunClaim(new FileStream(
                path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose));
            claim.Sign();
            return claim;
        }
        catch (Exception fault) when (IsHeldElsewhere(fault))
        {
            return null;
        }
        catch (Exception fault) when (AtomicFile.IsOfDisk(fault))
        {
            throw AtomicFile.NotWritable(path, fault);
        }
    }

    // EWOULDBLOCK of Linux and of macOS, and Windows' ERROR_SHARING_VIOLATION, as .NET hands them on; Windows refuses access to a file
    // that its owner is deleting. Any other fault is none of a session that ends some day, and to wait for it would be for ever.
    private static bool IsHeldElsewhere(Exception fault) =>
        fault is IOException { HResult: 11 or 35 or unchecked((int)0x80070020) }
        || (fault is UnauthorizedAccessException && OperatingSystem.IsWindows());

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Sign()
    {
        var text = FormattableString.Invariant(
            $"process {Environment.ProcessId} on {Environment.MachineName} since {DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ssZ}\n");
        try
        {
            _file.SetLength(0);
            _file.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // A full disk: the lock holds without the words.
        }
    }
}
