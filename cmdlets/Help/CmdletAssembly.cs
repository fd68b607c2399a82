using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace Thesis.Help;

/// <summary>The compiled cmdlets, and how a user calls what their doc comments refer to.</summary>
internal sealed class CmdletAssembly
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    private CmdletAssembly(IReadOnlyList<Type> cmdlets)
    {
        Cmdlets = cmdlets;
        foreach (var type in cmdlets)
        {
            _names["T:" + type.FullName] = Name(type);
            foreach (var property in type.GetProperties().Where(property => property.IsDefined(typeof(ParameterAttribute))))
            {
                _names[$"P:{property.DeclaringType!.FullName}.{property.Name}"] = "-" + property.Name;
            }
        }
    }

    /// <summary>The public cmdlet classes, by the cmdlets' names.</summary>
    public IReadOnlyList<Type> Cmdlets { get; }

    /// <summary>Loads an assembly; what it needs is looked for beside it and in its <c>engine</c> folder.</summary>
    public static CmdletAssembly Load(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string[] folders = [folder, Path.Combine(folder, "engine")];
        AssemblyLoadContext.Default.Resolving += (context, name) => folders
            .Select(place => Path.Combine(place, name.Name + ".dll"))
            .Where(File.Exists).Select(context.LoadFromAssemblyPath).FirstOrDefault();
        var types = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(path)).GetExportedTypes();
        return new CmdletAssembly(types
            .Where(type => !type.IsAbstract && type.IsDefined(typeof(CmdletAttribute)))
            .OrderBy(Name, StringComparer.Ordinal).ToArray());
    }

    /// <summary>
    /// The text for a reference: Verb-Noun for a cmdlet's class, -Name for a parameter, else the last part of its name.
    /// </summary>
    public string NameOf(string cref)
    {
        if (_names.TryGetValue(cref, out var name)) return name;
        var path = cref.Split(':')[^1].Split('(')[0];
        return path[(path.LastIndexOf('.') + 1)..].Split('`')[0];
    }

    private static string Name(Type type)
    {
        var cmdlet = type.GetCustomAttribute<CmdletAttribute>()!;
        return $"{cmdlet.VerbName}-{cmdlet.NounName}";
    }
}
