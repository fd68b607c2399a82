using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Benchmarks;

/// <summary>What may be wrong with a YAML file before its keys are looked at.</summary>
public sealed class ConfigFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Kinds => ["benchmark", "figure"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_is_not_there_is_said(string kind) => Assert.Equal("ConfigNotFound", Fault(kind, PathOf(kind)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_cannot_be_opened_is_said(string kind)
    {
        using var held = new FileStream(PathOf(kind), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal("ConfigUnreadable", Fault(kind, PathOf(kind)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_is_too_large_is_said(string kind)
    {
        File.WriteAllBytes(PathOf(kind), new byte[(1 << 20) + 1]);
        Assert.Equal("ConfigTooLarge", Fault(kind, PathOf(kind)));
    }

    // Read leniently, a title would have other letters than the file.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_is_not_UTF_8_is_said(string kind)
    {
        File.WriteAllBytes(PathOf(kind), [.. "version: 1 # "u8, 0xFC]);
        Assert.Equal("ConfigSyntax", Fault(kind, PathOf(kind)));
    }

    private static string Fault(string kind, string path) => Assert.Throws<InputException>(() => kind == "figure"
        ? (object)FigureDescriptionReader.Read(path)
        : BenchmarkConfigReader.Read(path)).ErrorId;

    private string PathOf(string kind) => Path.Combine(_folder.Path, kind + ".yaml");
}
