namespace Thesis.Engine.Tests.Benchmarks;

/// <summary>Files of the checkout that the tests run in.</summary>
internal static class Repository
{
    public static string Path(params string[] parts)
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(System.IO.Path.Combine(at.FullName, "Thesis.slnx"))) at = at.Parent;
        return System.IO.Path.Combine([at!.FullName, .. parts]);
    }
}
