using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Reads which faces of which people a dataset's protocol lists, from the files as their authors hand them out. Nothing
/// that they name is opened.
/// </summary>
public static class FaceProtocolFile
{
    /// <summary>The error of a file or folder that is no known protocol.</summary>
    public const string UnknownId = "FaceProtocolUnknown";

    /// <summary>The error of a row that cannot be read.</summary>
    public const string InvalidId = "FaceProtocolInvalid";

    /// <summary>The error of a protocol that lists no face.</summary>
    public const string EmptyId = "FaceProtocolEmpty";

    // A row of a few bytes becomes an object of some hundred.
    private const int BytesARow = 64;

    /// <summary>
    /// Reads a protocol: a metadata CSV of IJB-A or IJB-B (<see cref="JanusProtocol"/>), CFP's folder Protocol or one of
    /// its lists (<see cref="CfpProtocol"/>), or YouTube Faces' folder or one of its lists (<see cref="YouTubeProtocol"/>).
    /// </summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="work">Cancellation.</param>
    /// <exception cref="InputException">
    /// <c>FaceProtocolUnknown</c>, <c>FaceProtocolInvalid</c> with the line, <c>FaceProtocolEmpty</c>, and what opening and
    /// reading tables throws.
    /// </exception>
    public static FaceProtocol Read(string path, WorkContext work)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(work);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        var found = Directory.Exists(path)
            ? CfpProtocol.ReadFolder(path, work) ?? YouTubeProtocol.ReadFolder(path, work)
            : name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? JanusProtocol.Read(path, work)
            : YouTubeProtocol.IsList(name) ? YouTubeProtocol.Read([path], path, work)
            : CfpProtocol.IsList(name) ? CfpProtocol.Read([path], path, work)
            : null;
        if (found is null)
        {
            throw new InputException(
                UnknownId, FaultKind.NotSupported,
                $"'{path}' is no protocol that is known here: a metadata CSV of IJB-A or IJB-B, CFP's Pair_list_F.txt and "
                + "Pair_list_P.txt or their folder, or YouTube Faces' NAME.labeled_faces.txt or their folder.", path);
        }

        return found.Faces.Count > 0
            ? found
            : throw new InputException(EmptyId, FaultKind.InvalidData, $"'{path}' lists no face.", path);
    }

    /// <summary>The lines of a text that are not empty, with their numbers from 1.</summary>
    internal static IEnumerable<(int Number, string Text)> Lines(string path, WorkContext work)
    {
        using var stream = InputFile.Open(path);
        InputFile.RequireMemory(stream.Length * BytesARow, path);
        using var reader = new StreamReader(stream);
        for (var number = 1; InputFile.Guard(path, reader.ReadLine) is { } line; number++)
        {
            if ((number & 0xFFF) == 0) work.ThrowIfCancelled();
            if (line.Trim() is { Length: > 0 } text) yield return (number, text);
        }
    }

    /// <summary>Reads a table whose rows become faces, within the memory that is there.</summary>
    internal static T Table<T>(string path, Func<CsvTable, T> read)
    {
        using var stream = InputFile.Open(path);
        InputFile.RequireMemory(stream.Length * BytesARow, path);
        return CsvTable.Read(stream, path, ',', read);
    }

    /// <summary>The fault of a row.</summary>
    internal static InputException Invalid(string path, long line, string reason) => new(
        InvalidId, FaultKind.InvalidData, $"Line {line} of '{path}' {Printable.Text(reason)}.", line);
}
