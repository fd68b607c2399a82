using System.Management.Automation;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
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

    [Fact]
    public void The_cmdlets_name_no_type_of_TorchSharp()
    {
        // The engine's tests look for numbers that a collection may free during a native call; here can be none.
        var path = Path.Combine(Path.GetDirectoryName(ModuleSession.ManifestPath)!, "bin", "Thesis.Cmdlets.dll");
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        var names = reader.AssemblyReferences.Select(one => reader.GetString(reader.GetAssemblyReference(one).Name)).ToArray();
        Assert.Contains("Thesis.Engine", names);
        Assert.DoesNotContain("TorchSharp", names);
    }

    private static HashSet<string> ApprovedVerbs() => new[]
    {
        typeof(VerbsCommon), typeof(VerbsData), typeof(VerbsLifecycle), typeof(VerbsDiagnostic),
        typeof(VerbsCommunications), typeof(VerbsSecurity), typeof(VerbsOther),
    }.SelectMany(type => type.GetFields()).Select(field => (string)field.GetRawConstantValue()!).ToHashSet();
}
