using System.Globalization;

namespace Thesis.Engine.Faces;

/// <summary>The image file that a face came from.</summary>
public static class CurationImage
{
    /// <summary>The path in an id of Get-FaceFeature: the id itself, or what stands before # and the number of the face.</summary>
    public static string PathOf(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var mark = id.LastIndexOf('#');
        return mark > 0 && int.TryParse(id.AsSpan(mark + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _) && !File.Exists(id)
            ? id[..mark]
            : id;
    }

    /// <summary>
    /// What becomes of the files: a file is kept when one of its faces is, and dropped when none is. Each with its identity, and
    /// the verdict of its first face that has the file's.
    /// </summary>
    public static IReadOnlyList<CuratedImage> Of(CurationResult result, IReadOnlyList<string> ids, IReadOnlyList<string?> identities)
    {
        ArgumentNullException.ThrowIfNull(result);
        return
        [
            .. result.Faces.GroupBy(face => PathOf(ids[face.Face]), StringComparer.Ordinal).Select(file =>
            {
                var face = file.FirstOrDefault(one => one.Verdict == CurationVerdict.Kept) ?? file.First();
                return new CuratedImage(file.Key, identities[face.Face] ?? "", face);
            }),
        ];
    }
}

/// <summary>An image file after curation.</summary>
/// <param name="Path">The file.</param>
/// <param name="Identity">The identity.</param>
/// <param name="Face">The face that decides.</param>
public sealed record CuratedImage(string Path, string Identity, CuratedFaceResult Face)
{
    /// <summary>Whether it is kept.</summary>
    public bool IsKept => Face.Verdict == CurationVerdict.Kept;
}
