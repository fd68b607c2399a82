using System.Runtime.CompilerServices;
using Xunit;

namespace Thesis.Engine.Tests.Data;

/// <summary>Real data that is not committed: below THESIS_DATA, else ../shared/data beside the checkout.</summary>
internal static class RealData
{
    public static string Folder(string name, [CallerFilePath] string source = "")
    {
        var data = Environment.GetEnvironmentVariable("THESIS_DATA")
            ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "../../../../shared/data"));
        var folder = Path.Combine(data, name);
        if (!Directory.Exists(folder)) Assert.Skip($"'{folder}' is absent; set THESIS_DATA.");
        return data;
    }
}
