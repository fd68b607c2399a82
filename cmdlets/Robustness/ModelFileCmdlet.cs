using System.Management.Automation;
using Thesis.Cmdlets.Runtime;

namespace Thesis.Cmdlets.Robustness;

/// <summary>The base of the cmdlets that take files, one by one, beside a dataset of images.</summary>
public abstract class ModelFileCmdlet : TensorCmdlet
{
    /// <summary>The parameter set of Path, the default.</summary>
    protected const string PathSet = "Path";

    /// <summary>The files, with wildcards; a file of that very name comes first. What they are each cmdlet says.</summary>
    public abstract string[] Path { get; set; }

    /// <summary>The same, their paths taken as they are written.</summary>
    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>A dataset's name, such as mnist, fashion-mnist, cifar10 or shapes, or a folder of labelled images.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DatasetCompleter))]
    [ValidateNotNullOrEmpty]
    public string Dataset { get; set; } = "";

    /// <summary>The folder above those of the catalogue's datasets; the variable THESIS_DATA unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DataPath { get; set; }

    /// <summary>Takes the files as they come; what one of them throws is an error of that one.</summary>
    protected override void ProcessRecord()
    {
        // Records of other cmdlets hold paths and no patterns.
        foreach (var path in Path) Guard(() => TakeAll(path, literal: PathResolver.Exists(this, path)));
        foreach (var path in LiteralPath) Guard(() => TakeAll(path, literal: true));
    }

    /// <summary>Works on one file.</summary>
    /// <param name="model">The file, which is there.</param>
    protected abstract void Take(string model);

    private void TakeAll(string path, bool literal)
    {
        foreach (var file in ModelPaths.Files(this, path, literal)) Guard(() => Take(file));
    }
}
