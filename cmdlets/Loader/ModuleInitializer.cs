using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace Thesis.Loader;

/// <summary>
/// Keeps the engine and its packages apart from the session's: the first request for Thesis.Engine is answered from a
/// load context of its own. PowerShell reads the cmdlets' types before it calls the root module's initializer, so this
/// hook lies in a nested module, which comes first.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private const string EngineName = "Thesis.Engine";

    private static readonly EngineLoadContext Engine = new(Path.Combine(
        Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!, "engine", EngineName + ".dll"));

    /// <inheritdoc/>
    public void OnImport() => AssemblyLoadContext.Default.Resolving += Resolve;

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => AssemblyLoadContext.Default.Resolving -= Resolve;

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        name.Name == EngineName ? Engine.LoadFromAssemblyName(name) : null;
}
