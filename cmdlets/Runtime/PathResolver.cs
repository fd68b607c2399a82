using System.Management.Automation;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Runtime;

/// <summary>-Path with wildcards and -LiteralPath, as file system paths.</summary>
internal static class PathResolver
{
    private const string Qualifier = "FileSystem::";

    /// <summary>The path that an object of the pipeline is: a string, or what Resolve-Path emits; null for another.</summary>
    public static string? Of(PSObject item) => item.BaseObject switch
    {
        string path => path,
        PathInfo place => place.Path,
        _ => null,
    };

    /// <summary>Whether there is a file or folder of this name, taken as it is written.</summary>
    public static bool Exists(PSCmdlet cmdlet, string path)
    {
        try
        {
            return System.IO.Path.Exists(cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path));
        }
        catch (Exception fault) when (IsOfPath(fault))
        {
            return false;
        }
    }

    /// <summary>The files that <paramref name="path"/> names; a path that names none is a fault.</summary>
    /// <exception cref="InputException"><c>PathNotFound</c> or <c>PathNotFile</c>.</exception>
    public static IReadOnlyList<string> Files(PSCmdlet cmdlet, string path, bool literal)
    {
        var found = FilesAndFolders(cmdlet, path, literal);
        var files = found.Where(file => !Directory.Exists(file)).ToArray();
        if (files.Length > 0) return files;
        throw new InputException(
            "PathNotFile", FaultKind.InvalidArgument, $"'{found[0]}' is a folder, not a file.", found[0]);
    }

    /// <summary>The files and folders that <paramref name="path"/> names; a path that names none is a fault.</summary>
    /// <exception cref="InputException"><c>PathNotFound</c> or <c>PathNotFile</c>.</exception>
    public static IReadOnlyList<string> FilesAndFolders(PSCmdlet cmdlet, string path, bool literal)
    {
        var session = cmdlet.SessionState.Path;
        ProviderInfo provider;
        IEnumerable<string> found;
        try
        {
            found = literal
                ? [session.GetUnresolvedProviderPathFromPSPath(path, out provider, out _)]
                : session.GetResolvedProviderPathFromPSPath(path, out provider);
        }
        catch (Exception fault) when (IsOfPath(fault))
        {
            throw NotFound(cmdlet, path, fault);
        }

        if (provider.Name != "FileSystem")
        {
            throw new InputException(
                "PathNotFile", FaultKind.InvalidArgument, $"'{path}' is no path of the file system.", path);
        }

        var items = found.ToArray();
        if (items.Length == 0 || !Array.TrueForAll(items, System.IO.Path.Exists)) throw NotFound(cmdlet, path, null);
        return items;
    }

    private static bool IsOfPath(Exception fault) => fault is ItemNotFoundException
        or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or PSArgumentException;

    private static InputException NotFound(PSCmdlet cmdlet, string path, Exception? cause)
    {
        // A file object's path names its provider, too.
        var qualifier = path.IndexOf(Qualifier, StringComparison.OrdinalIgnoreCase);
        var file = qualifier < 0 ? path : path[(qualifier + Qualifier.Length)..];
        try
        {
            file = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(file);
        }
        catch (Exception fault) when (IsOfPath(fault))
        {
            // No drive or provider of that name: there is no fuller path.
        }

        return new InputException("PathNotFound", FaultKind.NotFound, $"There is no file '{file}'.", file, cause);
    }
}
