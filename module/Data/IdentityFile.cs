using System.Text;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Reads the known identities of a set of faces: text with one a line (UTF-8, LF or CRLF; a last empty line does not
/// count), the identity column of <c>.csv</c> or <c>.tsv</c>, a one-dimensional <c>.npy</c> of whole numbers or text,
/// or such an entry of an <c>.npz</c>. An empty identity is unknown.
/// </summary>
public static class IdentityFile
{
    /// <summary>Reads the identities, in the order of the faces.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expectedCount">The number of faces.</param>
    /// <param name="work">Cancellation.</param>
    /// <exception cref="InputException">
    /// <c>IdentityCountMismatch</c> names both counts; others are in <see cref="DataErrorIds"/>.
    /// </exception>
    public static string[] Read(string path, int expectedCount, WorkContext work)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(work);
        var identities = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".NPY" => NpyFile.Read(path, work).ToText(),
            ".NPZ" => NpzFeatureReader.ReadOne(path, null, work).ToText(),
            ".CSV" => CsvIdentityReader.Read(path, ',', work),
            ".TSV" => CsvIdentityReader.Read(path, '\t', work),
            _ => ReadLines(path, work),
        };
        FeatureCheck.Identities(identities, expectedCount, path);
        return identities;
    }

    private static string[] ReadLines(string path, WorkContext work)
    {
        using var stream = InputFile.OpenText(path);
        using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var lines = new List<string>();
        try
        {
            return InputFile.Guard(path, () =>
            {
                while (reader.ReadLine() is { } line)
                {
                    if ((lines.Count & 0xFFF) == 0) work.ThrowIfCancelled();
                    lines.Add(line.Trim());
                }

                return lines.ToArray();
            });
        }
        catch (DecoderFallbackException fault)
        {
            throw new InputException(
                DataErrorIds.CsvInvalid, FaultKind.InvalidData,
                $"'{path}' is not UTF-8 near line {lines.Count + 1}.", path, fault);
        }
    }
}
