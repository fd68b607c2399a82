using Thesis.Engine.Benchmarks;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Data;

/// <summary>A folder that this user may not look into, where files are looked for in folders below it, too.</summary>
public sealed class UnreadableFolderTests : IDisposable
{
    private static readonly Dictionary<string, Action<string>> Readers = new()
    {
        ["images"] = path => ImageDataset.Open(path, new ImageDatasetOptions()),
        ["hash"] = path => BenchmarkDataset.Hash(path),
        ["slices"] = path => CleanSlices.Read([path], PixelUnit.Auto, 64, WorkContext.Default),
    };

    private readonly TestFolder _folder = new();

    public static TheoryData<string> Kinds => [.. Readers.Keys];

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_folder_that_cannot_be_read_is_an_error_with_an_id(string kind)
    {
        Directory.CreateDirectory(_folder["closed"]);
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "an administrator is refused nothing");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder["closed"], UnixFileMode.UserExecute);
        var place = kind == "images" ? _folder["closed"] : Path.GetDirectoryName(_folder["closed"])!;
        var fault = Assert.Throws<InputException>(() => Readers[kind](place));
        Assert.EndsWith("Unreadable", fault.ErrorId, StringComparison.Ordinal);
        Assert.Contains("closed", fault.Message, StringComparison.Ordinal);
    }
}
