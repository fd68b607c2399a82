using System.Diagnostics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// Keeps other processes out of a results' folder while one reads and writes, by a <see cref="HeldFile"/> that stays.
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
    /// <c>ResultsLocked</c>: another process held it for a minute; <c>FileNotWritable</c>, <c>DiskSpaceInsufficient</c>: the folder or
    /// the lock's file cannot be written.
    /// </exception>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, FileName);
        AtomicFile.RequireWritable(path);
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (HeldFile.TryOpen(path, FileOptions.None) is { } file) return new FolderLock(file);
            if (waited.Elapsed >= Patience)
            {
                throw new InputException(
                    "ResultsLocked", FaultKind.ResourceUnavailable,
                    $"Another process has held the results in '{folder}' for {Patience.TotalSeconds} s.", folder);
            }

            // Two that wait should not always meet again; no result depends on how long it takes.
            Thread.Sleep(Random.Shared.Next(2, 20));
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
