using System.Formats.Tar;
using System.IO.Compression;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>Takes the files of a dataset out of a tar.gz archive of anyone's.</summary>
internal static class DatasetArchive
{
    private const int MostEntries = 10_000;

    /// <summary>Unpacks the files, all or none. Their folders within the archive do not matter; other entries are passed
    /// over.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="files">The files.</param>
    /// <param name="folder">Where they go.</param>
    /// <param name="most">The most unpacked bytes of the whole archive.</param>
    /// <param name="work">Cancellation and progress.</param>
    /// <exception cref="InputException">
    /// <c>ArchiveEntryUnsafe</c>: an entry leads out of its folder, or a wanted one is a link; <c>ArchiveTooLarge</c>;
    /// <c>ArchiveIncomplete</c>; <c>DatasetHashMismatch</c>; <c>ImageFileUnreadable</c>; <c>FileNotWritable</c>,
    /// <c>DiskSpaceInsufficient</c>.
    /// </exception>
    public static IReadOnlyList<SavedDatasetFile> Unpack(
        string path, IReadOnlyList<DatasetFile> files, string folder, long most, WorkContext work)
    {
        var unpacked = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            Read(path, files, folder, most, unpacked, work);
            foreach (var file in files)
            {
                if (!unpacked.TryGetValue(file.Name, out var temporary))
                {
                    throw new InputException(
                        "ArchiveIncomplete", FaultKind.InvalidData, $"The archive '{path}' has no file '{file.Name}'.",
                            path);
                }

                var found = file.Sha256 is null ? null : InputFile.Sha256(temporary, work);
                if (found == file.Sha256) continue;
                throw new InputException(
                    ImageErrorIds.HashMismatch, FaultKind.InvalidData,
                    $"'{file.Name}' of '{path}' is not the file of this dataset: its SHA-256 is {found}, not {file.Sha256}.",
                        path);
            }

            return [.. files.Select(file =>
            {
                var target = Path.Combine(folder, file.Name);
                AtomicFile.Guard(target, () => File.Move(unpacked[file.Name], target, overwrite: true));
                return new SavedDatasetFile(file.Name, target, IsNew: true);
            })];
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or EndOfStreamException)
        {
            throw new InputException(
                ImageErrorIds.FileUnreadable, FaultKind.InvalidData,
                    $"'{path}' is no tar.gz archive: {Printable.Reason(fault)}.", path, fault);
        }
        finally
        {
            foreach (var temporary in unpacked.Values) File.Delete(temporary);
        }
    }

    private static void Read(
        string path, IReadOnlyList<DatasetFile> files, string folder, long most, Dictionary<string, string> unpacked,
        WorkContext work)
    {
        using var packed = new GZipStream(InputFile.Open(path), CompressionMode.Decompress);
        using var bounded = new BoundedStream(packed, most, () => TooLarge(path, most));
        using var tar = new TarReader(bounded);
        var entries = 0;
        while (tar.GetNextEntry() is { } entry)
        {
            work.ThrowIfCancelled();
            RequireSafe(entry, path);
            if (++entries > MostEntries) throw TooLarge(path, most);

            var name = entry.Name.Split('/')[^1];
            if (files.All(file => file.Name != name) || unpacked.ContainsKey(name)) continue;
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
            {
                throw Unsafe(entry, path, "is no plain file");
            }

            var temporary = Path.Combine(folder, $".{name}.{Guid.NewGuid():N}.tmp");
            var wanted = Path.Combine(folder, name);
            using var target = AtomicFile.Guard(
                wanted, () => new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None));
            unpacked.Add(name, temporary);
            Copy(entry.DataStream, target, wanted);
        }
    }

    // A fault of the archive stays one; that of the disk is said to be.
    private static void Copy(Stream? source, FileStream target, string file)
    {
        var buffer = new byte[1 << 16];
        while (source?.Read(buffer) is int count and > 0)
        {
            AtomicFile.Guard(file, () => target.Write(buffer, 0, count));
        }

        AtomicFile.Guard(file, () => target.Flush(flushToDisk: true));
    }

    private static void RequireSafe(TarEntry entry, string path)
    {
        var name = entry.Name.Replace('\\', '/');
        if (name.StartsWith('/') || name.Contains(':', StringComparison.Ordinal) || name.Split('/').Contains(".."))
        {
            throw Unsafe(entry, path, "leads out of its folder");
        }
    }

    private static InputException TooLarge(string path, long most) => new(
        "ArchiveTooLarge", FaultKind.InvalidData,
        FormattableString.Invariant(
            $"The archive '{path}' unpacks to more than {most:N0} bytes or {MostEntries:N0} entries."), path);

    private static InputException Unsafe(TarEntry entry, string path, string reason) => new(
        "ArchiveEntryUnsafe", FaultKind.InvalidData,
            $"The entry '{Printable.Text(entry.Name)}' of '{path}' {reason}. Nothing is unpacked.", path);
}
