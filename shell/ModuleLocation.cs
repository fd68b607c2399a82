namespace Thesis.Shell;

/// <summary>Where Thesis.psd1 is: THESIS_MODULE, else the nearest folder above the shell that holds it.</summary>
internal static class ModuleLocation
{
    private const string Manifest = "Thesis.psd1";

    public static string? Find()
    {
        var chosen = Environment.GetEnvironmentVariable("THESIS_MODULE");
        if (!string.IsNullOrEmpty(chosen)) return Path.GetFullPath(chosen);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var manifest = Path.Combine(folder.FullName, Manifest);
            if (File.Exists(manifest)) return manifest;
        }

        return null;
    }
}
