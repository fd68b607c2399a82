using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Where the files of datasets come from: the addresses that the catalogue states, a mirror that holds the same files, or a
/// folder. Addresses are of https; http is taken on this machine alone. A server may send on to another path of its own, and to no other
/// server: nobody is asked whom the user does not know of.
/// </summary>
public sealed class DownloadSource
{
    private readonly string? _folder;
    private readonly Uri? _root;

    /// <summary>Takes a source.</summary>
    /// <param name="mirror">A mirror's address or a folder; null for the catalogue's addresses.</param>
    /// <exception cref="InputException"><c>DownloadSourceInvalid</c>.</exception>
    public DownloadSource(string? mirror)
    {
        if (mirror is null) return;
        if (Directory.Exists(mirror)) _folder = mirror;
        else if (Uri.TryCreate(mirror.EndsWith('/') ? mirror : mirror + "/", UriKind.Absolute, out var root)
            && !root.IsFile) _root = Checked(root);
        else throw Invalid(mirror, "it is neither a folder nor an https address");
    }

    /// <summary>How long a server may say nothing.</summary>
    internal TimeSpan Patience { get; init; } = RemoteFile.UsualPatience;

    /// <summary>Where a file of the catalogue comes from.</summary>
    public string PlaceOf(DatasetDownload download)
    {
        ArgumentNullException.ThrowIfNull(download);
        return _folder is not null
            ? Path.Combine(_folder, download.FileName)
            : (_root is null ? Checked(download.Address) : new Uri(_root, download.FileName)).ToString();
    }

    /// <summary>Opens a file from an offset on.</summary>
    /// <returns>The bytes, and where they begin: a server that cannot resume begins at 0.</returns>
    /// <exception cref="InputException"><c>DownloadNotFound</c>, <c>DownloadFailed</c>, <c>DownloadRedirected</c>,
    /// <c>DownloadSourceInvalid</c>.</exception>
    internal (Stream Stream, long Offset) Open(DatasetDownload download, long offset, WorkContext work)
    {
        var place = PlaceOf(download);
        return _folder is not null
            ? OpenFile(place, offset)
            : OpenAsync(new Uri(place), offset, work.Cancellation).GetAwaiter().GetResult();
    }

    private static (Stream Stream, long Offset) OpenFile(string path, long offset)
    {
        if (!File.Exists(path)) throw NotFound(path);
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            stream.Seek(Math.Min(offset, stream.Length), SeekOrigin.Begin);
            return (stream, stream.Position);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, fault);
        }
    }

    private async Task<(Stream Stream, long Offset)> OpenAsync(Uri address, long offset, CancellationToken cancellation)
    {
        var file = new RemoteFile(address) { Patience = Patience, Follows = (_, _) => false, Refused = Redirected };
        try
        {
            return await file.OpenAsync(offset, cancellation).ConfigureAwait(false) ?? throw NotFound(address.ToString());
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw Failed(address.ToString(), fault);
        }
    }

    private static InputException Redirected(Uri address, string other) => new(
        "DownloadRedirected", FaultKind.ResourceUnavailable,
        $"'{address}' sends on to '{Printable.Text(other)}', another server, which is not asked. "
        + "Give -Source: that address, where it can be trusted, or a folder.",
        address.ToString());

    /// <summary>The fault of a source that does not answer.</summary>
    internal static InputException Failed(string place, Exception fault) => new(
        "DownloadFailed", FaultKind.ResourceUnavailable,
        $"'{place}' cannot be fetched: {Printable.Reason(fault)}. The same command goes on where it stopped.", place, fault);

    private static InputException NotFound(string place) =>
        new("DownloadNotFound", FaultKind.NotFound, $"There is no '{place}'. Give -Source: a mirror's address, or a folder.",
            place);

    private static Uri Checked(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)
        ? address
        : throw Invalid(address.ToString(), "only https is fetched");

    private static InputException Invalid(string source, string reason) =>
        new("DownloadSourceInvalid", FaultKind.InvalidArgument, $"'{source}' is no source: {reason}.", source);
}
