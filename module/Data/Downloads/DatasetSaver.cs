using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>A file of a dataset that is there now.</summary>
/// <param name="Name">The name without <c>.gz</c>.</param>
/// <param name="Path">The file.</param>
/// <param name="IsNew">Whether it was fetched, and not there already.</param>
public sealed record SavedDatasetFile(string Name, string Path, bool IsNew);

/// <summary>
/// Fetches the files of a dataset into the folder where the catalogue looks for them. A file stands there whole and checked,
/// or not at all; what was stopped lies beside it as NAME.part, with which a later call goes on.
/// </summary>
public static class DatasetSaver
{
    private const long Spare = 1 << 20;

    /// <summary>The folder of a dataset below the data folder.</summary>
    public static string FolderOf(DatasetDescription description, string dataPath)
    {
        ArgumentNullException.ThrowIfNull(description);
        return Path.Combine(dataPath, description.Folders.First(folder => !Path.IsPathRooted(folder)));
    }

    /// <summary>The dataset, when it says where it can be had.</summary>
    /// <exception cref="InputException"><c>DatasetNotDownloadable</c>.</exception>
    public static DatasetDescription Require(DatasetDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        return description.Downloads.Count > 0
            ? description
            : throw new InputException(
                "DatasetNotDownloadable", FaultKind.NotSupported,
                description.Format == DatasetFormat.Generated
                    ? $"'{description.Name}' is generated when it is asked for; there is nothing to fetch."
                    : $"The catalogue states no place for '{description.Name}'. Its source: {description.Source}.",
                description.Name);
    }

    /// <summary>The files that a download brings.</summary>
    public static IReadOnlyList<DatasetFile> FilesOf(DatasetDescription description, DatasetDownload download)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(download);
        DatasetFile[] files = [.. description.Training.Files, .. description.Test.Files];
        return download.IsArchive ? files : [files.First(file => file.Name == download.ContentName)];
    }

    /// <summary>Whether the files of a download are in the folder, each with its hash where one is stated.</summary>
    /// <exception cref="InputException"><c>DatasetHashMismatch</c>: a file is there, and is another one; or a fault of
    /// reading. What is wrong with a file ends with the way to have it anew.</exception>
    public static bool IsPresent(DatasetDescription description, DatasetDownload download, string folder, WorkContext work)
    {
        var files = FilesOf(description, download);
        if (files.Any(file => CatalogueSource.Existing(folder, file.Name) is null)) return false;
        try
        {
            foreach (var file in files) Check(CatalogueSource.Existing(folder, file.Name)!, file, description, work);
            return true;
        }
        catch (InputException fault) when (fault.Kind == FaultKind.InvalidData)
        {
            throw new InputException(
                fault.ErrorId, fault.Kind, $"{fault.Message} Give -Force to fetch it anew.", fault.Target, fault);
        }
    }

    /// <summary>Fetches, checks and unpacks a download.</summary>
    /// <exception cref="InputException">
    /// The faults of <see cref="DownloadSource"/>; <c>DatasetHashMismatch</c>, <c>DownloadTooLarge</c>,
    /// <c>ArchiveEntryUnsafe</c>,
    /// <c>ArchiveTooLarge</c>, <c>ArchiveIncomplete</c>: nothing of it is kept; <c>DiskSpaceInsufficient</c>;
    /// <c>FileNotWritable</c>.
    /// </exception>
    public static IReadOnlyList<SavedDatasetFile> Save(
        DatasetDescription description, DatasetDownload download, DownloadSource source, string folder, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(work);
        var files = FilesOf(description, download);
        var part = Path.Combine(folder, download.FileName + PartFile.Suffix);
        AtomicFile.RequireWritable(part);

        // Said before anything is fetched: a folder in a file's place.
        foreach (var file in files) AtomicFile.RequireNoOther(Path.Combine(folder, file.Name));
        if (!download.IsArchive) AtomicFile.RequireNoOther(Path.Combine(folder, download.FileName));
        RequireSpace(folder, download.Bytes + (download.IsArchive ? MostBytes(description) : 0));
        Fetch(download, source, part, work);
        try
        {
            if (download.Sha256 is { } expected && InputFile.Sha256(part, work) is var found && found != expected)
            {
                throw Mismatch(source.PlaceOf(download), found, expected);
            }

            if (download.IsArchive)
            {
                var unpacked = DatasetArchive.Unpack(part, files, folder, MostBytes(description), work);
                File.Delete(part);
                return unpacked;
            }

            Check(part, files[0], description, work);
            var target = Path.Combine(folder, download.FileName);
            AtomicFile.Guard(target, () => File.Move(part, target, overwrite: true));

            // One of the other form would be read in its place.
            var other = Path.Combine(folder, files[0].Name);
            if (target != other) AtomicFile.Guard(other, () => File.Delete(other));
            return [new SavedDatasetFile(files[0].Name, target, IsNew: true)];
        }
        catch (InputException fault) when (!AtomicFile.IsNotWritable(fault))
        {
            // What is wrong now will be wrong again; a full disk may be emptied.
            File.Delete(part);
            throw;
        }
    }

    private static void Fetch(DatasetDownload download, DownloadSource source, string part, WorkContext work)
    {
        var place = source.PlaceOf(download);
        var there = PartFile.LengthOf(part);
        if (there < download.Bytes)
        {
            var (stream, offset) = source.Open(download, there, work);
            using (stream)
            {
                PartFile.Append(
                    part, stream, offset, download.Bytes, source.Patience, $"Fetching {download.FileName}", TooLarge,
                    fault => DownloadSource.Failed(place, fault), work);
            }
        }

        // A mirror may have packed a file anew, in fewer bytes; a stream that breaks off has been a fault.
        if (PartFile.LengthOf(part) > download.Bytes) throw TooLarge();

        InputException TooLarge()
        {
            File.Delete(part);
            return new InputException(
                "DownloadTooLarge", FaultKind.InvalidData,
                FormattableString.Invariant(
                    $"'{place}' is longer than the {download.Bytes:N0} bytes of this file. Nothing is kept."), place);
        }
    }

    // The unpacked bytes that all files can have, their headers included.
    private static long MostBytes(DatasetDescription description) =>
        Spare + ((long)(description.Training.Count ?? 0) + (description.Test.Count ?? 0)) * (description.Shape.Count + 1);

    private static void Check(string path, DatasetFile file, DatasetDescription description, WorkContext work)
    {
        using var packed = PackedFile.Open(path);
        var buffer = new byte[1 << 20];
        var most = MostBytes(description);
        while (packed.Read(buffer) == buffer.Length)
        {
            work.ThrowIfCancelled();
            if (packed.Position <= most) continue;
            throw new InputException(
                "ArchiveTooLarge", FaultKind.InvalidData,
                FormattableString.Invariant(
                    $"'{path}' unpacks to more than {most:N0} bytes, which no file of '{description.Name}' has."), path);
        }

        packed.RequireEnd(file.Sha256);
    }

    private static void RequireSpace(string folder, long needed)
    {
        var free = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        if (free >= needed) return;
        throw AtomicFile.DiskFull(
            FormattableString.Invariant($"'{folder}' needs {needed / 1e6:N0} MB and has {free / 1e6:N0} MB."), folder);
    }

    private static InputException Mismatch(string place, string found, string expected) => new(
        ImageErrorIds.HashMismatch, FaultKind.InvalidData,
        $"'{place}' is not the file of this dataset: its SHA-256 is {found}, not {expected}. Nothing is kept.", place);
}
