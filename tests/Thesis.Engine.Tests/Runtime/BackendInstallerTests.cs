using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Benchmarks;
using Xunit;

namespace Thesis.Engine.Tests.Runtime;

/// <summary>Packages of our own making, from a folder and from a feed of this process.</summary>
public sealed class BackendInstallerTests : IDisposable
{
    private const int LibraryLength = 700_000;

    private readonly TemporaryFolder _folder = new();
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

    public void Dispose() => _folder.Dispose();

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_feed_that_breaks_off_is_gone_on_with(bool ranges)
    {
        using var feed = new Feed(_package, ranges);
        feed.LimitBytes = _package.Length / 3;
        Assert.Equal("PackageSourceFailed", Fault(PackageFeed.Open(feed.Index)));
        var got = new FileInfo(Part).Length;
        Assert.InRange(got, 1, _package.Length - 1);

        feed.LimitBytes = null;
        BackendInstaller.Install(_pinned, PackageFeed.Open(feed.Index), Target, WorkContext.Default);
        Assert.True(BackendInstaller.IsInstalled(_pinned, Target));
        Assert.Equal(ranges ? got : 0, feed.LastOffset);
        Assert.False(File.Exists(Part));
    }

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

    /// <summary>A NuGet feed of one package on the loopback, which can break off and need not know ranges.</summary>
    private sealed class Feed : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly byte[] _package;
        private readonly bool _ranges;
        private readonly string _root;

        public Feed(byte[] package, bool ranges)
        {
            (_package, _ranges) = (package, ranges);
            using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                _root = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
            }

            _listener.Prefixes.Add(_root);
            _listener.Start();
            _ = Task.Run(ServeAsync);
        }

        public string Index => _root + "v3/index.json";

        public int? LimitBytes { get; set; }

        public long LastOffset { get; private set; }

        public void Dispose() => _listener.Close();

        private async Task ServeAsync()
        {
            while (_listener.IsListening)
            {
                try
                {
                    Answer(await _listener.GetContextAsync());
                }
                catch (Exception fault) when (fault is HttpListenerException or ObjectDisposedException or InvalidOperationException)
                {
                    return;
                }
            }
        }

        private void Answer(HttpListenerContext context)
        {
            var response = context.Response;
            if (context.Request.Url!.AbsolutePath == "/v3/index.json")
            {
                response.OutputStream.Write(System.Text.Encoding.UTF8.GetBytes(
                    $$"""{"version":"3.0.0","resources":[{"@id":"{{_root}}files","@type":"PackageBaseAddress/3.0.0"}]}"""));
                response.Close();
                return;
            }

            var range = context.Request.Headers["Range"];
            var offset = _ranges && range is not null
                ? int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture)
                : 0;
            LastOffset = offset;
            response.StatusCode = offset > 0 ? 206 : 200;
            response.ContentLength64 = _package.Length - offset;
            var length = Math.Min(_package.Length - offset, LimitBytes ?? int.MaxValue);
            response.OutputStream.Write(_package, offset, length);
            response.OutputStream.Flush();
            if (LimitBytes is null) response.Close();
            else response.Abort();
        }
    }
}
