using Thesis.Engine.Tests.Benchmarks;
using Xunit;

namespace Thesis.Engine.Tests.Data;

/// <summary>Real data that is not committed: below THESIS_DATA, else ../shared/data beside the checkout.</summary>
internal static class RealData
{
    /// <summary>The data folder; the test is skipped where it lacks <paramref name="name"/>.</summary>
    public static string Folder(string name)
    {
        var data = Environment.GetEnvironmentVariable("THESIS_DATA")
            ?? Path.GetFullPath(Repository.Path("..", "shared", "data"));
        if (!Directory.Exists(Path.Combine(data, name))) Assert.Skip($"'{Path.Combine(data, name)}' is absent; set THESIS_DATA.");
        return data;
    }
}
