using System.Management.Automation;

namespace Thesis.Cmdlets.Runtime;

/// <summary>
/// The base of the cmdlets that read files: by path with wildcards, by literal path, or by the objects of a pipeline,
/// whose parameter each defines for itself in the set <see cref="InputObjectSet"/>.
/// </summary>
public abstract class FileInputCmdlet : ComputeCmdlet
{
    /// <summary>The parameter set of Path, the default.</summary>
    protected const string PathSet = "Path";

    /// <summary>The parameter set of the pipeline.</summary>
    protected const string InputObjectSet = "InputObject";

    private const string LiteralPathSet = "LiteralPath";

    /// <summary>The files to read, with wildcards.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The files to read, their paths taken as they are written.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Takes paths and objects as they come; what one of them throws is an error of that one.</summary>
    protected override void ProcessRecord()
    {
        foreach (var path in Path) Guard(() => Take(path, literal: false));
        foreach (var path in LiteralPath) Guard(() => Take(path, literal: true));
        if (ParameterSetName == InputObjectSet) Guard(TakeObject);
    }

    /// <summary>Takes a path.</summary>
    protected abstract void Take(string path, bool literal);

    /// <summary>Takes the object that the pipeline holds.</summary>
    protected abstract void TakeObject();
}
