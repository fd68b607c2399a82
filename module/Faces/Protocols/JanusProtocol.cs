using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The metadata tables of IJB-A and IJB-B (Klare 2015, Whitelam 2017), by the names of their columns: TEMPLATE_ID;
/// SUBJECT_ID; FILE or FILENAME; MEDIA_ID, or VIDEO, or SIGHTING_ID; FACE_X, FACE_Y, FACE_WIDTH, FACE_HEIGHT. IJB-B's
/// seven subtasks of clustering (<c>ijbb_clustering_32_hint_100.csv</c> and so on) do not name subjects: they are in the
/// one file of the same folder whose name ends on <c>ground_truth.csv</c>, by template.
/// </summary>
internal static class JanusProtocol
{
    private const string TruthSuffix = "ground_truth.csv";

    /// <summary>Reads a table; null where its columns are others.</summary>
    public static FaceProtocol? Read(string path, WorkContext work)
    {
        var subjects = new Lazy<Dictionary<string, string>>(() => Subjects(path, work));
        var faces = FaceProtocolFile.Table(path, table =>
        {
            if (!table.Next() || Columns.Of(table.Texts()) is not { } columns) return null;
            var found = new List<ProtocolFace>();
            while (table.Next())
            {
                if ((found.Count & 0xFFF) == 0) work.ThrowIfCancelled();
                found.Add(columns.Face(table, path, subjects));
            }

            return found;
        });
        if (subjects.IsValueCreated && faces!.TrueForAll(face => face.Identity.Length == 0))
        {
            throw new InputException(
                DataErrorIds.IdentityMissing, FaultKind.InvalidData, $"The folder's *{TruthSuffix} knows no template of '{path}'.", path);
        }

        return faces is null ? null : new FaceProtocol("IJB", Path.GetFileNameWithoutExtension(path), path, faces);
    }

    private static Dictionary<string, string> Subjects(string path, WorkContext work)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string[] truths = InputFile.Guard(folder, () => Directory.EnumerateFiles(folder)
            .Where(file => file.EndsWith(TruthSuffix, StringComparison.OrdinalIgnoreCase)).ToArray());
        if (truths is not [var truth])
        {
            throw new InputException(
                DataErrorIds.IdentityMissing, FaultKind.NotFound,
                $"'{path}' names no subjects, and its folder has {(truths.Length == 0 ? "no file" : "several files")} "
                + $"*{TruthSuffix} that would.", path);
        }

        return FaceProtocolFile.Table(truth, table =>
        {
            var subjects = new Dictionary<string, string>(StringComparer.Ordinal);
            if (!table.Next()) return subjects;
            var header = table.Texts();
            var (template, subject) = (Columns.Find(header, "TEMPLATE_ID"), Columns.Find(header, "SUBJECT_ID"));
            var named = template >= 0 && subject >= 0;
            if (!named && (header.Length < 2 || !ulong.TryParse(header[0], out _)))
            {
                throw FaceProtocolFile.Invalid(truth, table.Line, "does not name the columns TEMPLATE_ID and SUBJECT_ID");
            }

            // Without names the first two columns are these.
            if (!named) (template, subject) = (0, 1);
            for (var more = !named || table.Next(); more; more = table.Next())
            {
                if ((subjects.Count & 0xFFF) == 0) work.ThrowIfCancelled();
                var (key, value) = (Key(table.Text(template)), table.Text(subject));
                if (subjects.TryAdd(key, value) || subjects[key] == value) continue;
                throw FaceProtocolFile.Invalid(truth, table.Line, $"gives template {key} to a second subject");
            }

            return subjects;
        });
    }

    // Some tables fill numbers up with zeros.
    private static string Key(string template) =>
        ulong.TryParse(template, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : template;

    private sealed record Columns(int Template, int Subject, int File, int Media, int[] Box)
    {
        public static Columns? Of(string[] header)
        {
            var columns = new Columns(
                Find(header, "TEMPLATE_ID"), Find(header, "SUBJECT_ID"), Find(header, "FILE", "FILENAME"),
                Find(header, "MEDIA_ID", "VIDEO", "VIDEO_FILENAME", "SIGHTING_ID"),
                [Find(header, "FACE_X"), Find(header, "FACE_Y"), Find(header, "FACE_WIDTH"), Find(header, "FACE_HEIGHT")]);
            return columns.Template >= 0 && columns.File >= 0 ? columns : null;
        }

        public static int Find(string[] header, params string[] names) => names
            .Select(name => Array.FindIndex(header, column => string.Equals(column, name, StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(column => column >= 0, -1);

        public ProtocolFace Face(CsvTable table, string path, Lazy<Dictionary<string, string>> subjects)
        {
            var (template, file) = (table.Text(Template), table.Text(File));
            if (template.Length == 0 || file.Length == 0)
            {
                throw FaceProtocolFile.Invalid(path, table.Line, "has no template or no file");
            }

            var identity = Subject >= 0 ? table.Text(Subject) : subjects.Value.GetValueOrDefault(Key(template), "");
            return new ProtocolFace(file.Replace('\\', '/'), identity)
            {
                Template = template,
                Media = Media >= 0 && table.Text(Media) is { Length: > 0 } media ? media : null,
                Box = BoxOf(table, path),
            };
        }

        private (double X, double Y, double Width, double Height)? BoxOf(CsvTable table, string path)
        {
            if (Array.Exists(Box, column => column < 0 || table.Text(column).Length == 0)) return null;
            var sides = Array.ConvertAll(Box, column => double.TryParse(
                table.Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var side) && double.IsFinite(side)
                ? side
                : throw FaceProtocolFile.Invalid(path, table.Line, $"has '{table.Text(column)}' where a face's box should be"));
            return (sides[0], sides[1], sides[2], sides[3]);
        }
    }
}
