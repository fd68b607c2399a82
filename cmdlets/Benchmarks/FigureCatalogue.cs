using System.Management.Automation;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Benchmarks;

/// <summary>The figures that the module describes, in configs/figures beside its manifest.</summary>
internal static class FigureCatalogue
{
    private const string Extension = ".yaml";

    private static readonly string[] Folder = ["configs", "figures"];

    /// <summary>The names, in alphabetical order; none where the module was imported without its manifest.</summary>
    public static IReadOnlyList<string> Names(string? moduleBase) => FolderOf(moduleBase) is { } folder
        ? [.. Directory.EnumerateFiles(folder,
            "*" + Extension).Select(file => System.IO.Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The figure of a name, in any case; or of a file of one's own.</summary>
    /// <exception cref="InputException"><c>FigureNotFound</c>, or a fault of the file.</exception>
    public static FigureDescription Find(string figure, string? moduleBase, Func<string, string> resolve)
    {
        var names = Names(moduleBase);
        if (names.FirstOrDefault(name => name.Equals(figure, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return Read(known, moduleBase!);
        }

        var path = resolve(figure);
        if (File.Exists(path)) return FigureDescriptionReader.Read(path);
        throw new InputException(
            "FigureNotFound", FaultKind.NotFound,
            $"'{Printable.Text(figure)}' is no figure of the module and no file. {NearestName.Suggest(figure, [.. names])}",
                figure);
    }

    /// <summary>The figures that are drawn of a benchmark.</summary>
    public static IReadOnlyList<FigureDescription> Of(string benchmark, string? moduleBase) =>
    [
        .. Names(moduleBase).Select(name => Read(name, moduleBase!)).Where(figure => figure.Benchmarks.Any(pattern =>
            new WildcardPattern(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant).IsMatch(benchmark))),
    ];

    private static FigureDescription Read(string name, string moduleBase) =>
        FigureDescriptionReader.Read(System.IO.Path.Combine(FolderOf(moduleBase)!, name + Extension));

    private static string? FolderOf(string? moduleBase)
    {
        if (moduleBase is null) return null;
        var folder = System.IO.Path.Combine([moduleBase, .. Folder]);
        return Directory.Exists(folder) ? folder : null;
    }
}
