using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// YouTube Faces (Wolf, Hassner and Maoz 2011): a <c>NAME.labeled_faces.txt</c> for each subject beside the folders of its
/// frames, a line <c>NAME\VIDEO\VIDEO.FRAME.jpg,0,x,y,width,height,0.0,1</c> each, x and y the centre of the face.
/// Subjects are in the order of their names by bytes, so that the first 41 are the dissertation's.
/// </summary>
internal static class YouTubeProtocol
{
    private const string Suffix = ".labeled_faces.txt";
    private const int Fields = 8;

    /// <summary>Whether a file's name is that of a list.</summary>
    public static bool IsList(string name) => name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>All lists of a folder; null where it has none.</summary>
    public static FaceProtocol? ReadFolder(string folder, WorkContext work)
    {
        string[] files = InputFile.Guard(
            folder, () => Directory.EnumerateFiles(folder).Where(IsList).Order(StringComparer.Ordinal).ToArray());
        return files.Length == 0 ? null : Read(files, folder, work);
    }

    /// <summary>The faces of lists.</summary>
    public static FaceProtocol Read(string[] files, string source, WorkContext work)
    {
        var faces = new List<ProtocolFace>();
        foreach (var file in files)
        {
            foreach (var (number, line) in FaceProtocolFile.Lines(file, work)) faces.Add(Face(line, file, number));
        }

        var part = files.Length == 1 ? Path.GetFileName(files[0])[..^Suffix.Length] : "all";
        return new FaceProtocol("YTF", part, source, faces);
    }

    private static ProtocolFace Face(string line, string file, int number)
    {
        var fields = line.Split(',', StringSplitOptions.TrimEntries);
        var path = fields[0].Replace('\\', '/').Split('/');
        if (fields.Length != Fields || path.Length != 3 || Array.Exists(path, part => part is "" or "." or ".."))
        {
            throw FaceProtocolFile.Invalid(file, number, $"is not NAME/VIDEO/FRAME and {Fields - 1} numbers");
        }

        var sides = Array.ConvertAll(fields[2..6], field => double.TryParse(
            field, NumberStyles.Float, CultureInfo.InvariantCulture, out var side) && double.IsFinite(side)
            ? side
            : throw FaceProtocolFile.Invalid(file, number, $"has '{field}' where a face's box should be"));
        return new ProtocolFace(string.Join('/', path), path[0])
        {
            Media = path[1],
            Box = (sides[0] - (sides[2] / 2), sides[1] - (sides[3] / 2), sides[2], sides[3]),
        };
    }
}
