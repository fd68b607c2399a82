using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Thesis.Engine.Runtime;

/// <summary>
/// Puts the native libraries of a package into a folder. The package is fetched into a file beside it, which a later call
/// goes on with; it is unpacked only when its SHA-512 is the pinned one. A library stands there whole or not at all, and
/// NAME.json, written last, says that all are there.
/// </summary>
public static class BackendInstaller
{
    private const int BufferLength = 1 << 17;

    /// <summary>Whether all libraries of a package are in the folder, as long as they were.</summary>
    public static bool IsInstalled(BackendPackage package, string folder)
    {
        ArgumentNullException.ThrowIfNull(package);
        var record = RecordFile(package, folder);
        if (!File.Exists(record)) return false;
        try
        {
            var files = JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllBytes(record));
            return files is { Count: > 0 } && files.All(file =>
                new FileInfo(Path.Combine(folder, Path.GetFileName(file.Key))) is { Exists: true } found
                && found.Length == file.Value);
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            // What cannot be read is installed anew, or says there why not.
            return false;
        }
    }

    /// <summary>Fetches, checks and unpacks a package.</summary>
    /// <exception cref="InputException">
    /// <c>PackageNotFound</c>, <c>PackageSourceFailed</c>; <c>PackageHashMismatch</c>: it is not the pinned one, and nothing
    /// of it is kept; <c>DiskSpaceInsufficient</c>; <c>FileNotWritable</c>.
    /// </exception>
    public static void Install(BackendPackage package, PackageFeed feed, string folder, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(feed);
        ArgumentNullException.ThrowIfNull(context);
        var part = Path.Combine(folder, package.FileName + PartFile.Suffix);
        AtomicFile.RequireWritable(part);
        RequireSpace(package, folder);
        Fetch(package, feed, part, context);
        RequireHash(package, feed, part, context);
        Unpack(package, part, folder, context);
        File.Delete(part);
    }

    private static string RecordFile(BackendPackage package, string folder) =>
        Path.Combine(folder, Path.ChangeExtension(package.FileName, ".json"));

    private static void RequireSpace(BackendPackage package, string folder)
    {
        var needed = package.Bytes + package.InstalledBytes;
        var free = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        if (free >= needed) return;
        throw AtomicFile.DiskFull(
            FormattableString.Invariant($"'{folder}' needs {needed / 1_000_000:N0} MB and has {free / 1_000_000:N0} MB."), folder);
    }

    private static void Fetch(BackendPackage package, PackageFeed feed, string part, WorkContext context)
    {
        var activity = $"Fetching {package.Id} {package.Version}";
        var fetched = PartFile.LengthOf(part);
        if (fetched >= package.Bytes) return;
        // The feed first: one that lacks the package leaves no file.
        var (stream, offset) = feed.OpenAsync(package, fetched, context.Cancellation).GetAwaiter().GetResult();
        using (stream)
        {
            // What is longer than the pinned package is not that package.
            PartFile.Append(
                part, stream, offset, package.Bytes, feed.Patience, activity, () => Mismatch(package, feed), fault => new InputException(
                    "PackageSourceFailed", FaultKind.ResourceUnavailable,
                    $"'{feed.Name}' broke off: {fault.Message} The same command goes on where it stopped.", feed.Name, fault),
                context);
        }
    }

    private static void RequireHash(BackendPackage package, PackageFeed feed, string part, WorkContext context)
    {
        using (var file = File.OpenRead(part))
        {
            if (file.Length < package.Bytes)
            {
                throw new InputException(
                    "PackageSourceFailed", FaultKind.ResourceUnavailable,
                    FormattableString.Invariant($"'{feed.Name}' gave {file.Length:N0} of {package.Bytes:N0} bytes of {package.FileName}. The same command goes on where it stopped."),
                    feed.Name);
            }

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
            var buffer = new byte[BufferLength];
            while (file.Read(buffer) is > 0 and var length)
            {
                context.ThrowIfCancelled();
                hash.AppendData(buffer, 0, length);
            }

            if (Convert.ToBase64String(hash.GetHashAndReset()) == package.Sha512) return;
        }

        File.Delete(part);
        throw Mismatch(package, feed);
    }

    private static InputException Mismatch(BackendPackage package, PackageFeed feed) => new(
        "PackageHashMismatch", FaultKind.InvalidData,
        $"{package.FileName} of '{feed.Name}' is not the package that this module was made with: its SHA-512 differs. Nothing was installed.",
        feed.Name);

    private static void Unpack(BackendPackage package, string part, string folder, WorkContext context)
    {
        using var archive = ZipFile.OpenRead(part);
        var entries = archive.Entries.Where(entry => entry.FullName.Replace('\\', '/')
            .StartsWith(package.NativeFolder, StringComparison.Ordinal) && entry.Name.Length > 0).ToArray();
        var files = new Dictionary<string, long>();
        var total = entries.Sum(entry => entry.Length);
        var done = 0L;
        foreach (var entry in entries)
        {
            AtomicFile.Write(Path.Combine(folder, entry.Name), target =>
            {
                using var source = entry.Open();
                var buffer = new byte[BufferLength];
                while (source.Read(buffer) is > 0 and var length)
                {
                    context.ThrowIfCancelled();
                    target.Write(buffer, 0, length);
                    done += length;
                    context.Report($"Unpacking {package.Id} {package.Version}", done, total);
                }
            });
            files.Add(entry.Name, entry.Length);
        }

        AtomicFile.Write(RecordFile(package, folder), stream => JsonSerializer.Serialize(stream, files));
    }
}
