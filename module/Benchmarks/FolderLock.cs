using System.Diagnostics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// Keeps other processes out of a results' folder while one reads and writes. The operating system holds the lock
/// (FileShare.None on a file that stays), so a killed process leaves none behind.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    /// <summary>The file's name.</summary>
    public const string FileName = ".results.lock";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock.</summary>
    /// <exception cref="InputException">
    /// <c>ResultsLocked</c>: another process held it for a minute; <c>FileNotWritable</c>: the folder cannot be written.
    /// </exception>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, FileName);
        AtomicFile.RequireWritable(path);
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FolderLock(
                    new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
            }
            catch (IOException) when (waited.Elapsed < Patience)
            {
                // Two that wait should not always meet again; no result depends on how long it takes.
                Thread.Sleep(Random.Shared.Next(2, 20));
            }
            catch (IOException fault)
            {
                throw new InputException(
                    "ResultsLocked", FaultKind.ResourceUnavailable,
                    $"Another process holds the results in '{folder}': {fault.Message}", folder, fault);
            }
        }
    }

    /// <summary>The lock for one who only reads; null where the folder cannot be written.</summary>
    /// <exception cref="InputException"><c>ResultsLocked</c>.</exception>
    public static FolderLock? TakeToRead(string folder)
    {
        try
        {
            return Take(folder);
        }
        catch (InputException fault) when (AtomicFile.IsNotWritable(fault))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
