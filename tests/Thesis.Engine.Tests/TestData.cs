using System.Runtime.CompilerServices;
using Xunit;

namespace Thesis.Engine.Tests;

/// <summary>Real data, which is not committed: below <c>THESIS_DATA</c>, else in shared/data beside the checkout.</summary>
internal static class TestData
{
    /// <summary>A folder of the data; the test is skipped where it is absent.</summary>
    public static string Folder(string name)
    {
        var folder = Path.Combine(Root(), name);
        if (!Directory.Exists(folder)) Assert.Skip($"'{folder}' is absent; set THESIS_DATA.");
        return folder;
    }

    private static string Root([CallerFilePath] string source = "") =>
        Environment.GetEnvironmentVariable("THESIS_DATA")
        ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "../../../shared/data"));
}
