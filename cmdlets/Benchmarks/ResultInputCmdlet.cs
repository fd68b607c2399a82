using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Benchmarks;

namespace Thesis.Cmdlets.Benchmarks;

/// <summary>The base of the cmdlets that read the results of benchmarks: folders, or the results.csv in them.</summary>
public abstract class ResultInputCmdlet : EngineCmdlet
{
    private const string LiteralPathSet = "LiteralPath";

    /// <summary>The parameter set of Path, the default.</summary>
    protected const string PathSet = "Path";

    /// <summary>The results' folders, or their results.csv, with wildcards.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The results' folders, or their results.csv, their paths taken as they are written.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "OutputPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Takes the folders as they come; what one of them throws is an error of that one.</summary>
    protected override void ProcessRecord()
    {
        foreach (var path in Path) Try(() => TakeAll(path, literal: false));
        foreach (var path in LiteralPath) Try(() => TakeAll(path, literal: true));
    }

    /// <summary>Whether a folder was refused.</summary>
    protected bool Incomplete { get; private set; }

    /// <summary>Takes the results of a folder.</summary>
    protected abstract void Take(string folder);

    private void TakeAll(string path, bool literal)
    {
        foreach (var found in PathResolver.FilesAndFolders(this, path, literal))
        {
            Try(() => Take(ResultStore.FolderOf(found)));
        }
    }

    private void Try(Action take)
    {
        var taken = false;
        Guard(() =>
        {
            take();
            taken = true;
        });
        Incomplete |= !taken;
    }
}
