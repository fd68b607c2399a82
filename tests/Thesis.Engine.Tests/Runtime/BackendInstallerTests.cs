using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Benchmarks;
using Thesis.Engine.Tests.Data.Downloads;
using Xunit;

namespace Thesis.Engine.Tests.Runtime;

/// <summary>Packages of our own making, from a folder and from a feed of this process.</summary>
public sealed class BackendInstallerTests : IDisposable
{
    private const int LibraryLength = 700_000;
    private const string PackageName = "files/probe.native/1.2.3/probe.native.1.2.3.nupkg";

    private readonly TemporaryFolder _folder = new();
    private readonly FileServer _server = new();
    private readonly byte[] _package;
    private readonly BackendPackage _pinned;

    public BackendInstallerTests()
    {
        _package = Zip(("runtimes/linux-x64/native/libone.so", LibraryLength), ("runtimes/win-x64/native/one.dll", 10), ("readme.txt", 5));
        _pinned = new BackendPackage(
            "Probe.Native", "1.2.3", "linux-x64", _package.Length, LibraryLength, Convert.ToBase64String(SHA512.HashData(_package)));
    }

    private string Source => Directory.CreateDirectory(Path.Combine(_folder.Path, "source")).FullName;

    private string Target => Path.Combine(_folder.Path, "native");

    private string Part => Path.Combine(Target, "probe.native.1.2.3.nupkg.part");

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("probe.native.1.2.3.nupkg")]
    [InlineData("Probe.Native.1.2.3.nupkg")]
    [InlineData("probe.native/1.2.3/probe.native.1.2.3.nupkg")]
    public void A_folder_flat_or_as_the_cache_gives_the_libraries_of_one_system(string place)
    {
        var file = Path.Combine(Source, place);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, _package);
        Assert.False(BackendInstaller.IsInstalled(_pinned, Target));
        BackendInstaller.Install(_pinned, PackageFeed.Open(Source), Target, WorkContext.Default);
        Assert.True(BackendInstaller.IsInstalled(_pinned, Target));
        Assert.Equal(["libone.so", "probe.native.1.2.3.json"], Directory.GetFiles(Target).Select(Path.GetFileName).Order());
        Assert.Equal(LibraryLength, new FileInfo(Path.Combine(Target, "libone.so")).Length);

        File.WriteAllBytes(Path.Combine(Target, "libone.so"), [1]);
        Assert.False(BackendInstaller.IsInstalled(_pinned, Target));
    }

    [Fact]
    public void A_package_that_is_not_the_pinned_one_is_refused_and_leaves_nothing()
    {
        _package[^30] ^= 1;
        File.WriteAllBytes(Path.Combine(Source, "probe.native.1.2.3.nupkg"), _package);
        Assert.Equal("PackageHashMismatch", Fault(PackageFeed.Open(Source)));
        Assert.Empty(Directory.GetFiles(Target));
    }

    [Fact]
    public void A_longer_package_is_refused_before_it_is_all_fetched()
    {
        File.WriteAllBytes(Path.Combine(Source, "probe.native.1.2.3.nupkg"), [.. _package, .. new byte[1 << 20]]);
        Assert.Equal("PackageHashMismatch", Fault(PackageFeed.Open(Source)));
        Assert.False(File.Exists(Path.Combine(Target, "libone.so")));
    }

    [Fact]
    public void A_package_or_a_source_that_is_not_there_is_a_fault()
    {
        Assert.Equal("PackageNotFound", Fault(PackageFeed.Open(Source)));
        Assert.Empty(Directory.GetFiles(Target));
        Assert.Equal(
            "PackageSourceInvalid",
            Assert.Throws<InputException>(() => PackageFeed.Open(Path.Combine(_folder.Path, "none"))).ErrorId);
    }

    [Fact]
    public void A_folder_whose_package_cannot_be_read_is_a_fault()
    {
        var file = Path.Combine(Source, "probe.native.1.2.3.nupkg");
        File.WriteAllBytes(file, _package);
        using var held = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal("PackageSourceFailed", Fault(PackageFeed.Open(Source)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_feed_that_breaks_off_is_gone_on_with(bool ranges)
    {
        (_server.Limit, _server.Ranges) = (_package.Length / 3, ranges);
        Assert.Equal("PackageSourceFailed", Fault(Feed()));
        var got = new FileInfo(Part).Length;
        Assert.InRange(got, 1, _package.Length - 1);

        _server.Limit = null;
        BackendInstaller.Install(_pinned, Feed(), Target, WorkContext.Default);
        Assert.True(BackendInstaller.IsInstalled(_pinned, Target));
        Assert.Equal([0, got], _server.Requests.Where(request => request.Name == PackageName).Select(request => request.Offset));
        Assert.False(File.Exists(Part));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public void A_feed_that_says_nothing_any_more_is_not_waited_for_for_ever(int after)
    {
        var feed = Feed(TimeSpan.FromSeconds(0.3));
        _server.Silence = after;
        var fault = Assert.Throws<InputException>(() => BackendInstaller.Install(_pinned, feed, Target, WorkContext.Default));
        Assert.Equal("PackageSourceFailed", fault.ErrorId);
        Assert.Contains("nothing came for 0.3 s", fault.Message, StringComparison.Ordinal);
        Assert.Equal(after > 0, File.Exists(Part));
    }

    [Fact]
    public void A_feed_that_goes_on_elsewhere_in_the_package_is_a_fault_and_the_part_stays()
    {
        Directory.CreateDirectory(Target);
        File.WriteAllBytes(Part, _package[..1000]);
        _server.Claimed = 500;
        Assert.Equal("PackageSourceFailed", Fault(Feed()));
        Assert.Equal(1000, new FileInfo(Part).Length);
    }

    // Feeds of Azure and GitHub send on to their storage; the hash tells whether it is the package.
    [Fact]
    public void A_feed_may_send_on_to_another_server()
    {
        using var storage = new FileServer();
        storage.Files["stored"] = _package;
        var feed = Feed();
        _server.Elsewhere[PackageName] = storage.Root + "stored";
        BackendInstaller.Install(_pinned, feed, Target, WorkContext.Default);
        Assert.True(BackendInstaller.IsInstalled(_pinned, Target));
    }

    [Fact]
    public void A_feed_that_sends_round_in_a_circle_is_a_fault()
    {
        var feed = Feed();
        _server.Elsewhere[PackageName] = "/" + PackageName;
        Assert.Equal("PackageSourceFailed", Fault(feed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"resources":[]}""")]
    [InlineData("""{"resources":5}""")]
    [InlineData("""{"resources":[{"@id":"http://localhost/"}]}""")]
    [InlineData("""{"resources":[{"@type":"PackageBaseAddress/3.0.0"}]}""")]
    [InlineData("""{"resources":[{"@id":null,"@type":"PackageBaseAddress/3.0.0"}]}""")]
    [InlineData("""{"resources":[{"@id":"http://a b:c/","@type":"PackageBaseAddress/3.0.0"}]}""")]
    [InlineData("""{"resources":[{"@id":"file:///etc","@type":"PackageBaseAddress/3.0.0"}]}""")]
    public void An_index_that_names_no_place_of_packages_is_a_fault(string index)
    {
        var feed = Feed();
        _server.Files["v3/index.json"] = Encoding.UTF8.GetBytes(index);
        Assert.Equal("PackageSourceFailed", Fault(feed));
    }

    [Theory]
    [InlineData("https://a.invalid/index.json", "https://a.invalid/files/", true)]
    [InlineData("https://a.invalid/index.json", "http://a.invalid/files/", false)]
    [InlineData("https://a.invalid/index.json", "https://a.invalid:8443/files/", false)]
    [InlineData("https://a.invalid/index.json", "https://b.invalid/files/", false)]
    public void A_password_goes_to_the_server_of_the_index_alone(string index, string other, bool same) =>
        Assert.Equal(same, RemoteFile.IsSameServer(new Uri(index), new Uri(other)));

    [Theory]
    [InlineData("https://a.invalid/", "https://b.invalid/", true)]
    [InlineData("http://a.invalid/", "https://b.invalid/", true)]
    [InlineData("http://a.invalid/", "http://b.invalid/", true)]
    [InlineData("https://a.invalid/", "http://a.invalid/", false)]
    [InlineData("http://a.invalid/", "file:///etc/hostname", false)]
    public void Nobody_is_asked_without_https_who_was_asked_with_it(string address, string next, bool asked) =>
        Assert.Equal(asked, ServiceFeed.IsAsked(new Uri(address), new Uri(next)));

    [Fact]
    public void A_stop_leaves_what_the_next_call_goes_on_with()
    {
        File.WriteAllBytes(Path.Combine(Source, "probe.native.1.2.3.nupkg"), _package);
        using var stop = new CancellationTokenSource();
        var context = new WorkContext { Cancellation = stop.Token, Progress = new Stopper(stop) };
        Assert.ThrowsAny<OperationCanceledException>(
            () => BackendInstaller.Install(_pinned, PackageFeed.Open(Source), Target, context));
        Assert.True(File.Exists(Part));
        BackendInstaller.Install(_pinned, PackageFeed.Open(Source), Target, WorkContext.Default);
        Assert.True(BackendInstaller.IsInstalled(_pinned, Target));
    }

    private ServiceFeed Feed(TimeSpan? patience = null)
    {
        _server.Files[PackageName] = _package;
        _server.Files["v3/index.json"] = Encoding.UTF8.GetBytes(
            $$"""{"resources":[{"@id":"{{_server.Root}}files","@type":"PackageBaseAddress/3.0.0"}]}""");
        return new ServiceFeed(new Uri(_server.Root + "v3/index.json")) { Patience = patience ?? RemoteFile.UsualPatience };
    }

    private string Fault(PackageFeed feed) => Assert.Throws<InputException>(
        () => BackendInstaller.Install(_pinned, feed, Target, WorkContext.Default)).ErrorId;

    // Bytes that do not compress, so that the package is as long as its library.
    private static byte[] Zip(params (string Name, int Length)[] files)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, length) in files)
            {
                var content = new byte[length];
                new Random(length).NextBytes(content);
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return buffer.ToArray();
    }

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => stop.Cancel();
    }
}
