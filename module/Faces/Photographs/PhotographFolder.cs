using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>The files of a folder of photographs.</summary>
public static class PhotographFolder
{
    /// <summary>
    /// The photographs of a folder by ordinal path, and the files whose names are of another kind. Folders that are links are not
    /// entered: they may leave the folder, or lead in a circle.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recurse">Whether the folders in it are looked into.</param>
    /// <param name="work">Cancellation.</param>
    /// <exception cref="InputException"><c>FeatureFileUnreadable</c>.</exception>
    public static (IReadOnlyList<string> Photographs, IReadOnlyList<string> Others) Find(string folder, bool recurse, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var options = new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false };
        return InputFile.Guard(folder, () =>
        {
            var (photographs, others) = (new List<string>(), new List<string>());
            var folders = new Stack<string>([folder]);
            while (folders.TryPop(out var next))
            {
                foreach (var entry in new DirectoryInfo(next).EnumerateFileSystemInfos("*", options))
                {
                    work.ThrowIfCancelled();
                    if (entry is FileInfo) (PhotographFile.IsNamedSo(entry.Name) ? photographs : others).Add(entry.FullName);
                    else if (recurse && entry.LinkTarget is null) folders.Push(entry.FullName);
                }
            }

            photographs.Sort(StringComparer.Ordinal);
            others.Sort(StringComparer.Ordinal);
            return (photographs, others);
        });
    }
}
