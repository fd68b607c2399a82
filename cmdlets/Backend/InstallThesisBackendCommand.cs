using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Backend;

/// <summary>
/// Fetches the native libraries that training, attacks and networks need, where the module came without its sources: the
/// pinned packages of libtorch and ONNX Runtime, from a NuGet feed or a folder.
/// </summary>
/// <remarks>
/// <para>Nothing is fetched unless this command is called, and -WhatIf says how much it would be. A package is unpacked only
/// when its SHA-512 is the one that this module was made with. What was stopped goes on where it stopped when the command is
/// given again; what is installed already is left alone. A feed's index may name another server for its packages, and that one may
/// send on to its storage, but https never leads on to http. A name and a password of NuGet's configuration go to the feed's own
/// server alone, and a server that says nothing for a minute is given up.</para>
/// <para>The feed is the first that NuGet's configuration of this user enables, unless Source names another, or a folder of
/// nupkg files: copy libtorch-cpu-SYSTEM and Microsoft.ML.OnnxRuntime there for a machine without a network. A CUDA build is
/// not fetched: THESIS_LIBTORCH names the folder of one.</para>
/// </remarks>
/// <example>
/// <code>Install-ThesisBackend -WhatIf</code>
/// <para>Says what would be fetched, from where, and how large it is.</para>
/// </example>
/// <example>
/// <code>Install-ThesisBackend -Component LibTorch -Source ~/packages</code>
/// <para>Installs libtorch alone, from a folder of packages.</para>
/// </example>
/// <seealso cref="Robustness.BuildClassifierCommand"/>
[Cmdlet(VerbsLifecycle.Install, "ThesisBackend", SupportsShouldProcess = true)]
[OutputType(typeof(InstalledBackend))]
public sealed class InstallThesisBackendCommand : EngineCmdlet
{
    /// <summary>What to install: LibTorch, for training, attacks and networks; OnnxRuntime, for ONNX models.</summary>
    [Parameter(Position = 0)]
    [ValidateSet("LibTorch", "OnnxRuntime")]
    public string[] Component { get; set; } = ["LibTorch", "OnnxRuntime"];

    /// <summary>A folder of nupkg files, or the address of a NuGet feed's service index (version 3).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Source { get; set; }

    /// <summary>For whom: CurrentUser, or AllUsers, within the module's folder.</summary>
    [Parameter]
    [ValidateSet("CurrentUser", "AllUsers")]
    public string Scope { get; set; } = "CurrentUser";

    /// <summary>Installs again what is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Installs.</summary>
    protected override void EndProcessing()
    {
        var feed = Require(() => PackageFeed.Open(SourcePath()));
        var folder = Scope.Equals("AllUsers", StringComparison.OrdinalIgnoreCase) ? NativeFolders.OfAllUsers : NativeFolders.OfUser;
        foreach (var component in Component) Guard(() => Install(component, feed, folder));
    }

    private string SourcePath()
    {
        if (Source is null) return PackageFeed.DefaultSource();
        return Source.Contains("://", StringComparison.Ordinal) ? Source : ResolveTarget(Source);
    }

    private void Install(string component, PackageFeed feed, string folder)
    {
        var package = component == "LibTorch" ? BackendCatalogue.LibTorch : BackendCatalogue.Onnx;
        var status = "Present";
        if (Force || !BackendInstaller.IsInstalled(package, folder))
        {
            var what = FormattableString.Invariant(
                $"Fetch {package.Id} {package.Version} from {feed.Name}: {package.Bytes / 1e6:N0} MB, {package.InstalledBytes / 1e6:N0} MB when unpacked");
            if (!ShouldProcess(folder, what)) return;
            WriteVerbose(what + ".");
            Compute(work =>
            {
                BackendInstaller.Install(package, feed, folder, work);
                return true;
            });
            status = "Installed";
        }

        WriteObject(new InstalledBackend
        {
            Component = component,
            Package = package.Id,
            Version = package.Version,
            Megabytes = package.InstalledBytes / 1e6,
            Status = status,
            Path = folder,
        });
    }
}
