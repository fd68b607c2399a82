using System.Text;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// A session's claim of a run while it does it, so that no other session does the same. The claim is a <see cref="HeldFile"/> in the
/// results' folder: the file that a killed session leaves does not count. It says which process it is, for people. Of a file system that
/// has no locks every session gets every claim.
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
        if (HeldFile.TryOpen(path, FileOptions.DeleteOnClose) is not { } file) return null;
        var claim = new RunClaim(file);
        claim.Sign();
        return claim;
    }

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
