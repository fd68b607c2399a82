using System.Management.Automation;
using Thesis.Engine.Benchmarks;

namespace Thesis.Cmdlets.Benchmarks;

/// <summary>The base of the cmdlets that show results beside published values.</summary>
public abstract class PublishedInputCmdlet : ResultInputCmdlet
{
    private static readonly string[] ModuleFolder = ["configs", "published"];

    /// <summary>The metrics, with wildcards; those that are published unless given or, where none is, all but the seconds.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Metric { get; set; } = [];

    /// <summary>A CSV file of published values, in place of the module's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PublishedPath { get; set; }

    /// <summary>Shows no published values.</summary>
    [Parameter]
    public SwitchParameter NoPublished { get; set; }

    /// <summary>The table of a folder's results, and its rows.</summary>
    private protected (BenchmarkTable Table, IReadOnlyList<ResultRow> Rows) TableOf(string folder)
    {
        var rows = new ResultStore(folder).ReadSome();
        return (BenchmarkTable.Of(rows, NoPublished ? null : PublishedOf(rows[0].Benchmark), Metric), rows);
    }

    private PublishedTable? PublishedOf(string benchmark)
    {
        if (PublishedPath is not null) return PublishedTable.Read(ResolveTarget(PublishedPath));
        if (MyInvocation.MyCommand.Module?.ModuleBase is not { } root) return null;
        var folder = System.IO.Path.Combine([root, .. ModuleFolder]);
        if (!Directory.Exists(folder)) return null;

        // The longest name that it begins with.
        var file = Directory.EnumerateFiles(folder, "*.csv")
            .Where(path => benchmark.StartsWith(System.IO.Path.GetFileNameWithoutExtension(path), StringComparison.Ordinal))
            .MaxBy(path => path.Length);
        return file is null ? null : PublishedTable.Read(file);
    }
}
