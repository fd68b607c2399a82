using System.Reflection;
using System.Runtime.Loader;

namespace Thesis.Loader;

/// <summary>Loads the engine and what its .deps.json names; the framework comes from the default context.</summary>
internal sealed class EngineLoadContext(string enginePath) : AssemblyLoadContext("Thesis")
{
    private readonly AssemblyDependencyResolver _resolver = new(enginePath);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = _resolver.ResolveAssemblyToPath(assemblyName);
        return path is null ? null : LoadFromAssemblyPath(path);
    }

    /// <inheritdoc/>
    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        var path = _resolver.ResolveUnmanagedDllToPath(unmanagedDllName);
        return path is null ? IntPtr.Zero : LoadUnmanagedDllFromPath(path);
    }
}
