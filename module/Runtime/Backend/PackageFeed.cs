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

    /// <summary>How long a server may say nothing.</summary>
    internal TimeSpan Patience { get; init; } = RemoteFile.UsualPatience;

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
        try
        {
            string[] places = [folder, Path.Combine(folder, package.Id.ToLowerInvariant(), package.Version.ToLowerInvariant())];
            var file = places.Where(Directory.Exists).SelectMany(Directory.EnumerateFiles).FirstOrDefault(
                path => Path.GetFileName(path).Equals(package.FileName, StringComparison.OrdinalIgnoreCase))
                ?? throw NotFound(package);
            var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            stream.Seek(Math.Min(offset, stream.Length), SeekOrigin.Begin);
            return Task.FromResult<(Stream, long)>((stream, stream.Position));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                "PackageSourceFailed", FaultKind.ResourceUnavailable, $"'{folder}' cannot be read: {fault.Message}", folder, fault);
        }
    }
}

/// <summary>
/// A feed of NuGet's protocol: its index names where package files lie, which may be another server, and that one may send on to its
/// storage. None of them is asked without https where the index was asked with it.
/// </summary>
internal sealed class ServiceFeed(Uri index) : PackageFeed
{
    private const string FilesResource = "PackageBaseAddress/3.0.0";
    private const int LongestIndex = 1 << 20;

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
            return await FileAt(new Uri(_files, $"{id}/{version}/{package.FileName}")).OpenAsync(offset, cancellation)
                .ConfigureAwait(false) ?? throw NotFound(package);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw Failed(fault);
        }
    }

    private async Task<Uri> FilesAddressAsync(CancellationToken cancellation)
    {
        var (stream, _) = await FileAt(index).OpenAsync(0, cancellation).ConfigureAwait(false)
            ?? throw new IOException("there is no such index.");
        using (stream)
        {
            using var text = new MemoryStream();
            var buffer = new byte[1 << 14];
            while (await RemoteFile.ReadAsync(stream, buffer, Patience, cancellation).ConfigureAwait(false) is > 0 and var length)
            {
                text.Write(buffer, 0, length);
                if (text.Length > LongestIndex) throw new IOException("its index is too long.");
            }

            return AddressIn(text.ToArray());
        }
    }

    // The index may be anything that a server answers with.
    private Uri AddressIn(byte[] text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var address = json.RootElement.GetProperty("resources").EnumerateArray()
                .First(resource => resource.GetProperty("@type").GetString() == FilesResource).GetProperty("@id").GetString();
            var files = new Uri(address is not null && address.EndsWith('/') ? address : address + "/");
            return IsAsked(index, files) ? files : throw Refused(index, files.AbsoluteUri);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new IOException($"it has no resource {FilesResource}.", fault);
        }
    }

    private RemoteFile FileAt(Uri address) => new(address)
    {
        Patience = Patience, Follows = IsAsked, Refused = Refused, Sign = Sign,
    };

    /// <summary>Whether an address may name another one to be asked.</summary>
    internal static bool IsAsked(Uri address, Uri next) =>
        next.Scheme == Uri.UriSchemeHttps || (next.Scheme == Uri.UriSchemeHttp && address.Scheme == Uri.UriSchemeHttp);

    private InputException Refused(Uri address, string other) => new(
        "PackageSourceFailed", FaultKind.ResourceUnavailable,
        $"'{address}' sends on to '{other}', which is not asked: it has no https.", Name);

    // A source of the configuration may need a name and a password; they go to that source alone.
    private void Sign(HttpRequestMessage request)
    {
        if (!RemoteFile.IsSameServer(request.RequestUri!, index)) return;
        var source = new PackageSourceProvider(Settings.LoadDefaultSettings(root: null)).LoadPackageSources()
            .FirstOrDefault(one => one.Source.Equals(index.ToString(), StringComparison.OrdinalIgnoreCase));
        if (source?.Credentials is not { } login) return;
        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.Username}:{login.Password}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", pair);
    }

    private InputException Failed(Exception fault) => new(
        "PackageSourceFailed", FaultKind.ResourceUnavailable, $"'{Name}' does not answer as a NuGet feed: {fault.Message}",
        Name, fault);
}
