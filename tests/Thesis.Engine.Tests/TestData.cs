using Thesis.Engine.Tests.Benchmarks;
using Xunit;

namespace Thesis.Engine.Tests;

/// <summary>Real data, which is not committed: below <c>THESIS_DATA</c>, else in shared/data beside the checkout.</summary>
internal static class TestData
{
    /// <summary>The folder of all data.</summary>
    public static string Root =>
        Environment.GetEnvironmentVariable("THESIS_DATA") ?? Path.GetFullPath(Repository.Path("..", "shared", "data"));

    /// <summary>A file or a folder of the data; the test is skipped where it is absent.</summary>
    public static string Find(params string[] parts)
    {
        var path = Path.Combine([Root, .. parts]);
        if (!Path.Exists(path)) Assert.Skip($"'{path}' is absent; set THESIS_DATA.");
        return path;
    }
}
