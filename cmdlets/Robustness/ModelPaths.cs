using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>Files of models as parameters name them: paths, or where there is no such file the models of the module by name.</summary>
internal static class ModelPaths
{
    /// <summary>The files that a path, with wildcards unless literal, or a name stands for.</summary>
    public static IReadOnlyList<string> Files(PSCmdlet cmdlet, string path, bool literal) =>
        Own(cmdlet, path) is { } own ? [own] : PathResolver.Files(cmdlet, path, literal);

    /// <summary>The one file that a path as it is written, or a name, stands for.</summary>
    public static string File(PSCmdlet cmdlet, string path) => Files(cmdlet, path, literal: true)[0];

    private static string? Own(PSCmdlet cmdlet, string name) => PathResolver.Exists(cmdlet, name) ? null : OwnModels.Find(name);
}
