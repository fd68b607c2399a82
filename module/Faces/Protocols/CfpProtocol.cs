using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Celebrities in Frontal-Profile (Sengupta 2016): <c>Pair_list_F.txt</c> and <c>Pair_list_P.txt</c> of its folder
/// Protocol, a number and an image a line (<c>1 ../Data/Images/001/frontal/01.jpg</c>); the subject is the image's second
/// folder from the end. All 7,000 faces are those of both lists.
/// </summary>
internal static class CfpProtocol
{
    private static readonly string[] Lists = ["Pair_list_F.txt", "Pair_list_P.txt"];

    /// <summary>Whether a file's name is that of a list.</summary>
    public static bool IsList(string name) => Lists.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Both lists of a folder, or of its folder Protocol; null where it has none.</summary>
    public static FaceProtocol? ReadFolder(string folder, WorkContext work)
    {
        string[] folders = [folder, Path.Combine(folder, "Protocol")];
        var files = folders.Select(one => Lists.Select(list => Path.Combine(one, list)).Where(File.Exists).ToArray())
            .FirstOrDefault(found => found.Length > 0);
        return files is null ? null : Read(files, folder, work);
    }

    /// <summary>The faces of lists.</summary>
    public static FaceProtocol Read(string[] files, string source, WorkContext work)
    {
        var faces = new List<ProtocolFace>();
        foreach (var file in files)
        {
            foreach (var (number, line) in FaceProtocolFile.Lines(file, work))
            {
                var parts = line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                var folders = parts is [_, var image] ? image.Replace('\\', '/').Split('/') : [];
                if (folders.Length < 3 || !int.TryParse(parts[0], out _) || folders[^3] is "" or "." or "..")
                {
                    throw FaceProtocolFile.Invalid(file, number, "is no number and an image SUBJECT/POSE/FILE");
                }

                faces.Add(new ProtocolFace(string.Join('/', folders[^3..]), folders[^3]));
            }
        }

        var part = files.Length == Lists.Length ? "all" : Path.GetFileNameWithoutExtension(files[0]);
        return new FaceProtocol("CFP", part, source, faces);
    }
}
