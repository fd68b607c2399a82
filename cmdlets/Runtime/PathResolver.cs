using System.Management.Automation;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Runtime;

/// <summary>-Path with wildcards and -LiteralPath, as file system paths.</summary>
internal static class PathResolver
{
    /// <summary>The path that an object of the pipeline is: a string, or what Resolve-Path emits; null for another.</summary>
    public static string? Of(PSObject item) => item.BaseObject switch
    {
        string path => path,
        PathInfo place => place.Path,
        _ => null,
    };

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
        catch (Exception fault) when (fault is ItemNotFoundException or System.Management.Automation.DriveNotFoundException
            or ProviderNotFoundException or PSArgumentException)
        {
            throw NotFound(session, path, fault);
        }

        if (provider.Name != "FileSystem")
        {
            throw new InputException(
                "PathNotFile", FaultKind.InvalidArgument, $"'{path}' is no path of the file system.", path);
        }

        var items = found.ToArray();
        if (items.Length == 0 || !Array.TrueForAll(items, System.IO.Path.Exists)) throw NotFound(session, path, null);
        return items;
    }

    private static InputException NotFound(PathIntrinsics session, string path, Exception? cause)
    {
        var file = Full(session, path);
        return new InputException("PathNotFound", FaultKind.NotFound, $"There is no file '{file}'.", file, cause);
    }

    // Where it was looked for: a relative path alone does not say. A path of a drive that does not exist stays as it is.
    private static string Full(PathIntrinsics session, string path)
    {
        try
        {
            return session.GetUnresolvedProviderPathFromPSPath(path);
        }
        catch (Exception fault) when (fault is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException
            or PSArgumentException or NotSupportedException)
        {
            return path;
        }
    }
}
