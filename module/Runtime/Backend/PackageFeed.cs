using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using NuGet.Configuration;

namespace Thesis.Engine.Runtime;

/// <summary>Where packages come from: a folder, or the service index of a NuGet feed (version 3).</summary>
public abstract class PackageFeed
{
    /// <summary>How it was named.</summary>
    public abstract string Name { get; }

    /// <summary>The sources of the user's NuGet configuration that are enabled, nuget.org where there is none.</summary>
    public static string DefaultSource()
    {
        var sources = new PackageSourceProvider(Settings.LoadDefaultSettings(root: null)).LoadPackageSources();
        return sources.FirstOrDefault(source => source.IsEnabled)?.Source
            ?? throw new InputException(
                "PackageSourceMissing", FaultKind.NotFound,
                "NuGet's configuration enables no source of packages. Give -Source: a feed's index.json, or a folder.");
    }

    /// <summary>A feed by its address, or a folder by its path.</summary>
    /// <exception cref="InputException"><c>PackageSourceInvalid</c>.</exception>
    public static PackageFeed Open(string source)
    {
        if (Uri.TryCreate(source, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return new ServiceFeed(address!);
        }

        return Directory.Exists(source)
            ? new FolderFeed(source)
            : throw new InputException(
                "PackageSourceInvalid", FaultKind.NotFound,
                $"'{source}' is neither a folder nor the address of a NuGet feed (https://.../index.json).", source);
    }

    /// <summary>Opens a package's bytes from <paramref name="offset"/> on.</summary>
    /// <returns>The stream, and where it begins: a feed that cannot resume begins at 0.</returns>
    /// <exception cref="InputException"><c>PackageNotFound</c> or <c>PackageSourceFailed</c>.</exception>
    internal abstract Task<(Stream Stream, long Offset)> OpenAsync(
        BackendPackage package, long offset, CancellationToken cancellation);

    private protected InputException NotFound(BackendPackage package) => new(
        "PackageNotFound", FaultKind.NotFound,
        $"{package.Id} {package.Version} is not in '{Name}'.", package.FileName);
}

/// <summary>A folder of packages: flat, or with a folder for each id and version, as NuGet's own cache.</summary>
internal sealed class FolderFeed(string folder) : PackageFeed
{
    /// <inheritdoc/>
    public override string Name => folder;

    /// <inheritdoc/>
    internal override Task<(Stream Stream, long Offset)> OpenAsync(
        BackendPackage package, long offset, CancellationToken cancellation)
    {
        string[] places = [folder, Path.Combine(folder, package.Id.ToLowerInvariant(), package.Version.ToLowerInvariant())];
        var file = places.Where(Directory.Exists).SelectMany(Directory.EnumerateFiles).FirstOrDefault(
            path => Path.GetFileName(path).Equals(package.FileName, StringComparison.OrdinalIgnoreCase))
            ?? throw NotFound(package);
        var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        stream.Seek(Math.Min(offset, stream.Length), SeekOrigin.Begin);
        return Task.FromResult<(Stream, long)>((stream, stream.Position));
    }
}

/// <summary>A feed of NuGet's protocol: its index names where package files lie.</summary>
internal sealed class ServiceFeed(Uri index) : PackageFeed
{
    private const string FilesResource = "PackageBaseAddress/3.0.0";
    private const int LongestIndex = 1 << 20;

    private static readonly HttpClient Client = new() { Timeout = Timeout.InfiniteTimeSpan };

    private Uri? _files;

    /// <inheritdoc/>
    public override string Name => index.ToString();

    /// <inheritdoc/>
    internal override async Task<(Stream Stream, long Offset)> OpenAsync(
        BackendPackage package, long offset, CancellationToken cancellation)
    {
        try
        {
            _files ??= await FilesAddressAsync(cancellation).ConfigureAwait(false);
            var (id, version) = (package.Id.ToLowerInvariant(), package.Version.ToLowerInvariant());
            using var request = Request(new Uri(_files, $"{id}/{version}/{package.FileName}"));
            if (offset > 0) request.Headers.Range = new RangeHeaderValue(offset, null);
            var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation)
                .ConfigureAwait(false);
            if (response.StatusCode == System.Net.HttpStatusCode.NotFound) throw NotFound(package);
            if (response.StatusCode == System.Net.HttpStatusCode.RequestedRangeNotSatisfiable) return (Stream.Null, offset);
            response.EnsureSuccessStatusCode();
            var resumed = response.StatusCode == System.Net.HttpStatusCode.PartialContent;
            return (await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), resumed ? offset : 0);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or JsonException)
        {
            throw Failed(fault);
        }
    }

    private async Task<Uri> FilesAddressAsync(CancellationToken cancellation)
    {
        using var request = Request(index);
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation)
            .ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        if (response.Content.Headers.ContentLength > LongestIndex) throw Failed(new IOException("the index is too long"));
        await response.Content.LoadIntoBufferAsync(LongestIndex, cancellation).ConfigureAwait(false);
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
        foreach (var resource in json.RootElement.GetProperty("resources").EnumerateArray())
        {
            if (resource.GetProperty("@type").GetString() != FilesResource) continue;
            var address = resource.GetProperty("@id").GetString() ?? "";
            return new Uri(address.EndsWith('/') ? address : address + "/");
        }

        throw Failed(new IOException($"it has no resource {FilesResource}"));
    }

    // A source of the configuration may need a name and a password; they go to that source alone.
    private HttpRequestMessage Request(Uri address)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        var source = new PackageSourceProvider(Settings.LoadDefaultSettings(root: null)).LoadPackageSources()
            .FirstOrDefault(one => one.Source.Equals(index.ToString(), StringComparison.OrdinalIgnoreCase));
        if (source?.Credentials is { } login && address.Host == index.Host)
        {
            var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.Username}:{login.Password}"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", pair);
        }

        return request;
    }

    private InputException Failed(Exception fault) => new(
        "PackageSourceFailed", FaultKind.ResourceUnavailable, $"'{Name}' does not answer as a NuGet feed: {fault.Message}",
        Name, fault);
}
