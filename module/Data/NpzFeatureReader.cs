using System.IO.Compression;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Reads an npz, a zip archive of npy files as <c>numpy.savez</c> and <c>savez_compressed</c> write it. Names are only
/// compared, never used as paths, and nothing is unpacked to the disk.
/// </summary>
internal static class NpzFeatureReader
{
    private const int MaximumEntries = 4096;
    private const string Suffix = ".npy";

    /// <summary>The features, ids and identities of an archive.</summary>
    /// <remarks>
    /// Features are the entry that the options name, or the only entry with two dimensions.
    /// </remarks>
    public static FeatureSet Read(string path, FeatureFileOptions options, WorkContext work)
    {
        using var stream = InputFile.Open(path);
        return Read(stream, path, options, work);
    }

    /// <summary>The same from a seekable stream.</summary>
    public static FeatureSet Read(Stream stream, string path, FeatureFileOptions options, WorkContext work) =>
        Guard(path, () =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            var entries = Entries(archive, path);
            var names = entries.Select(entry => entry.Name).ToArray();
            var features = FindFeatures(entries, names, options, path);
            var id = ColumnRoles.ChooseId(names, options, path);
            var identity = ColumnRoles.ChooseIdentity(names, options, path);
            var set = FeatureFile.FromArray(ReadEntry(entries[features], path, work));
            return set with
            {
                Properties = Properties(entries, [features, id, identity], set.Features.Count, path, work),
                Ids = id < 0 ? null : ReadEntry(entries[id], path, work).ToText(),
                Identities = identity < 0 ? null : ReadEntry(entries[identity], path, work).ToText(),
                Source = path,
            };
        });

    /// <summary>The array of an entry, or the only array when no entry is named.</summary>
    public static NpyArray ReadOne(string path, string? name, WorkContext work)
    {
        using var stream = InputFile.Open(path);
        return Guard(path, () =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            var entries = Entries(archive, path);
            var options = new FeatureFileOptions { Identity = name };
            var found = ColumnRoles.ChooseIdentity([.. entries.Select(entry => entry.Name)], options, path);
            if (found < 0 && entries.Length == 1) found = 0;
            return found >= 0 ? ReadEntry(entries[found], path, work) : throw NotFound(path, "no entry 'identity'");
        });
    }

    private static Entry[] Entries(ZipArchive archive, string path)
    {
        if (archive.Entries.Count > MaximumEntries)
        {
            throw new InputException(
                DataErrorIds.NpzInvalid, FaultKind.InvalidData,
                $"'{path}' has {archive.Entries.Count} entries; {MaximumEntries} are read.", path);
        }

        var entries = archive.Entries
            .Where(entry => entry.FullName.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase))
            .Select(entry => new Entry(entry.FullName[..^Suffix.Length], entry))
            .ToArray();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in entries)
        {
            if (seen.Add(entry.Name)) continue;
            throw new InputException(
                DataErrorIds.NpzEntryDuplicate, FaultKind.InvalidData,
                $"'{path}' has two entries named '{Printable.Text(entry.Name)}'.", path);
        }

        return entries;
    }

    // What else the archive says of each face: its one-dimensional arrays of that length. One that cannot be read is left out.
    private static FaceProperty[] Properties(Entry[] entries, int[] read, int count, string path, WorkContext work)
    {
        var properties = new List<FaceProperty>();
        for (var i = 0; i < entries.Length && properties.Count < FaceProperty.Most; i++)
        {
            if (read.Contains(i)) continue;
            try
            {
                using var content = entries[i].Zip.Open();
                if (NpyHeader.Read(content, entries[i].Source(path)).Shape is not [var length] || length != count) continue;
                properties.Add(new FaceProperty(entries[i].Name, ReadEntry(entries[i], path, work).ToObjects()));
            }
            catch (InputException)
            {
                // An array of objects, say.
            }
        }

        return [.. properties];
    }

    private static int FindFeatures(Entry[] entries, string[] names, FeatureFileOptions options, string path)
    {
        if (options.Features is not null)
        {
            var named = Array.FindIndex(
                names, name => string.Equals(name, options.Features, StringComparison.OrdinalIgnoreCase));
            return named >= 0 ? named : throw NotFound(path, $"no entry '{options.Features}'");
        }

        // Pickled names, or dates, are told only where there is nothing else.
        InputException? refused = null;
        var matrices = Enumerable.Range(0, entries.Length).Where(i => IsMatrix(entries[i], path, ref refused)).ToArray();
        return matrices switch
        {
            [var only] => only,
            [] when refused is not null => throw refused,
            [] => throw NotFound(path, "no matrix of features"),
            _ => throw new InputException(
                DataErrorIds.NpzEntryAmbiguous, FaultKind.InvalidData,
                $"'{path}' has several matrices ({Printable.Text(string.Join(", ", matrices.Select(i => names[i])))}); "
                + "name the entry (-FeatureName).", path),
        };
    }

    private static bool IsMatrix(Entry entry, string path, ref InputException? refused)
    {
        using var content = entry.Zip.Open();
        try
        {
            return NpyHeader.Read(content, entry.Source(path)).Shape.Length == 2;
        }
        catch (InputException fault) when (fault.ErrorId is DataErrorIds.NpyObjectRefused or DataErrorIds.NpyTypeUnsupported)
        {
            refused ??= fault;
            return false;
        }
    }

    private static NpyArray ReadEntry(Entry entry, string path, WorkContext work)
    {
        var source = entry.Source(path);
        var declared = entry.Zip.Length;
        if (declared > InputFile.UnpackedLimit(entry.Zip.CompressedLength))
        {
            throw new InputException(
                DataErrorIds.ArchiveBomb, FaultKind.InvalidData,
                $"'{source}' announces {declared} bytes from {entry.Zip.CompressedLength}, which no archive can hold.",
                path);
        }

        // Reading ends at the length of the array's own shape, whatever the archive would go on to unpack.
        using var content = entry.Zip.Open();
        return NpyFile.Read(content, declared, source, work);
    }

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return InputFile.Guard(path, read);
        }
        catch (InputException fault) when (fault.InnerException is InvalidDataException)
        {
            throw Invalid(path, fault.InnerException);
        }
        catch (Exception fault) when (fault is NotSupportedException or ArgumentException or OverflowException)
        {
            // What System.IO.Compression throws for damaged directories besides InvalidDataException.
            throw Invalid(path, fault);
        }
    }

    private static InputException Invalid(string path, Exception cause) => new(
        DataErrorIds.NpzInvalid, FaultKind.InvalidData, $"'{path}' is no readable npz: {cause.Message}", path, cause);

    private static InputException NotFound(string path, string what) =>
        new(DataErrorIds.NpzEntryNotFound, FaultKind.NotFound, $"'{path}' has {what}.", path);

    private sealed record Entry(string Name, ZipArchiveEntry Zip)
    {
        public string Source(string path) => $"{path}/{Printable.Text(Zip.FullName)}";
    }
}
