using System.Management.Automation;
using Xunit;

namespace Thesis.Cmdlets.Tests;

public sealed class ModuleTests
{
    [Fact]
    public void The_module_exports_what_its_manifest_lists()
    {
        using var session = new ModuleSession();
        var listed = session.Run(
            "param($Path) (Test-ModuleManifest $Path).ExportedCmdlets.Keys", ("Path", ModuleSession.ManifestPath));
        var exported = session.Run("Get-Command -Module Thesis | ForEach-Object Name");
        Assert.NotEmpty(exported.Output);
        Assert.Empty(exported.Errors);
        Assert.Equal(
            listed.Output.Select(o => o.ToString()).Order(StringComparer.Ordinal),
            exported.Output.Select(o => o.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_command_has_an_approved_verb()
    {
        using var session = new ModuleSession();
        var approved = ApprovedVerbs();
        var used = session.Run("Get-Command -Module Thesis | ForEach-Object Verb");
        Assert.All(used.Output, verb => Assert.Contains(verb.ToString(), approved));
    }

    private static HashSet<string> ApprovedVerbs() => new[]
    {
        typeof(VerbsCommon), typeof(VerbsData), typeof(VerbsLifecycle), typeof(VerbsDiagnostic),
        typeof(VerbsCommunications), typeof(VerbsSecurity), typeof(VerbsOther),
    }.SelectMany(type => type.GetFields()).Select(field => (string)field.GetRawConstantValue()!).ToHashSet();
}
