using System.Net;
using System.Net.Http.Headers;

namespace Thesis.Engine.Runtime;

/// <summary>
/// A file of a server. One that says nothing is not waited for for ever. Where it sends on, another path of its own is asked, and another
/// server where the caller allows it.
/// </summary>
/// <param name="address">The address, http or https.</param>
internal sealed class RemoteFile(Uri address)
{
    /// <summary>How long a server may say nothing, unless told.</summary>
    public static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(60);

    private const int MostRedirections = 5;

    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(30),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>How long the server may say nothing.</summary>
    public TimeSpan Patience { get; init; } = UsualPatience;

    /// <summary>Whether the first address may send on to the second one, of another server.</summary>
    public required Func<Uri, Uri, bool> Follows { get; init; }

    /// <summary>The fault of an address that sends on to another one, which is not asked.</summary>
    public required Func<Uri, string, InputException> Refused { get; init; }

    /// <summary>Says who asks; null for nobody in particular.</summary>
    public Action<HttpRequestMessage>? Sign { get; init; }

    /// <summary>The fault of a server that says nothing.</summary>
    public static IOException Silence(TimeSpan patience) =>
        new(FormattableString.Invariant($"nothing came for {patience.TotalSeconds:0.#} s."));

    /// <summary>Whether two addresses are of one server: scheme, host and port.</summary>
    public static bool IsSameServer(Uri one, Uri other) => one.Scheme == other.Scheme && one.Authority == other.Authority;

    /// <summary>Opens the file from an offset on.</summary>
    /// <returns>
    /// The bytes, and where they begin: a server that cannot resume begins at 0. Null where there is no such file.
    /// </returns>
    /// <exception cref="HttpRequestException">The server refuses.</exception>
    /// <exception cref="IOException">It breaks off, or says nothing.</exception>
    /// <exception cref="InputException">It sends on to an address that is not asked.</exception>
    public async Task<(Stream Stream, long Offset)?> OpenAsync(long offset, CancellationToken cancellation)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        wait.CancelAfter(Patience);
        try
        {
            return await OpenedAsync(await AskAsync(offset, wait.Token).ConfigureAwait(false), offset, wait.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Silence(Patience);
        }
    }

    /// <summary>Reads what comes next of a file that is open.</summary>
    /// <exception cref="IOException">It breaks off, or nothing comes for so long.</exception>
    public static async Task<int> ReadAsync(
        Stream stream, Memory<byte> buffer, TimeSpan patience, CancellationToken cancellation)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        wait.CancelAfter(patience);
        try
        {
            return await stream.ReadAsync(buffer, wait.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Silence(patience);
        }
    }

    // The stream holds the connection; where there is none, it is released here.
    private static async Task<(Stream Stream, long Offset)?> OpenedAsync(
        HttpResponseMessage response, long offset, CancellationToken wait)
    {
        var held = response;
        try
        {
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) return null;
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) return (Stream.Null, offset);
            response.EnsureSuccessStatusCode();
            var begins = response.StatusCode == HttpStatusCode.PartialContent
                ? response.Content.Headers.ContentRange?.From ?? 0 : 0;
            if (begins != 0 && begins != offset)
            {
                throw new HttpRequestException($"it sent the bytes from {begins} on, not from {offset}");
            }

            var stream = await response.Content.ReadAsStreamAsync(wait).ConfigureAwait(false);
            held = null;
            return (stream, begins);
        }
        finally
        {
            held?.Dispose();
        }
    }

    private async Task<HttpResponseMessage> AskAsync(long offset, CancellationToken wait)
    {
        var asked = address;
        for (var left = MostRedirections; ; left--)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, asked);
            if (offset > 0) request.Headers.Range = new RangeHeaderValue(offset, null);
            Sign?.Invoke(request);
            var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, wait).ConfigureAwait(false);
            if (!IsRedirection(response.StatusCode) || response.Headers.Location is not { } location) return response;
            response.Dispose();
            if (left == 0) throw new HttpRequestException($"it sends on more than {MostRedirections} times");
            asked = Uri.TryCreate(asked, location, out var next) && (IsSameServer(asked, next) || Follows(asked, next))
                ? next
                : throw Refused(asked, location.OriginalString);
        }
    }

    private static bool IsRedirection(HttpStatusCode code) => code is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
}
