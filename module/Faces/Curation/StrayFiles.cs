using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>A file or folder of a dataset that gives no face.</summary>
/// <param name="Path">The file or folder.</param>
/// <param name="Reason">NotAnImage, NoFace, EmptyFolder or LinkedFolder.</param>
public sealed record StrayFile(string Path, string Reason);

/// <summary>Finds what lies in a dataset's folder beside the images of faces: .DS_Store, Thumbs.db, photographs without a face, empty folders.</summary>
public static class StrayFiles
{
    /// <summary>A folder without a file in it or below it.</summary>
    public const string EmptyFolder = "EmptyFolder";

    /// <summary>A folder that is a link, which may lead out of the dataset; it is not entered.</summary>
    public const string LinkedFolder = "LinkedFolder";

    /// <summary>Finds them, by ordinal path.</summary>
    /// <param name="folder">The dataset.</param>
    /// <param name="images">The files that gave faces, as full paths.</param>
    /// <param name="work">Cancellation.</param>
    /// <exception cref="InputException"><c>FeatureFileUnreadable</c>.</exception>
    public static IReadOnlyList<StrayFile> Find(string folder, IReadOnlySet<string> images, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(work);
        var strays = new List<StrayFile>();
        InputFile.Guard(folder, () => Look(new DirectoryInfo(folder), images, strays, work));
        return [.. strays.OrderBy(stray => stray.Path, StringComparer.Ordinal)];
    }

    private static bool Look(DirectoryInfo folder, IReadOnlySet<string> images, List<StrayFile> strays, WorkContext work)
    {
        var hasFiles = false;
        foreach (var entry in folder.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }))
        {
            work.ThrowIfCancelled();
            if (entry is FileInfo)
            {
                hasFiles = true;
                if (images.Contains(entry.FullName)) continue;
                strays.Add(new StrayFile(
                    entry.FullName, PhotographFile.IsNamedSo(entry.Name) ? LeftOutReason.NoFace : LeftOutReason.NotAnImage));
            }
            else if (entry.LinkTarget is not null) strays.Add(new StrayFile(entry.FullName, LinkedFolder));
            else hasFiles |= Look((DirectoryInfo)entry, images, strays, work);
        }

        if (!hasFiles) strays.Add(new StrayFile(folder.FullName, EmptyFolder));
        return hasFiles;
    }
}
