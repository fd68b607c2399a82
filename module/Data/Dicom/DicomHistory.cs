using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Thesis.Engine.Data;

/// <summary>
/// The elements of a derived image that say where it comes from (PS3.3, C.7.6.1.1.3, C.7.6.1.1.4 and C.12.1.1.5). What a
/// file says of earlier steps stays before what is said of this one.
/// </summary>
internal sealed class DicomHistory(DicomFile file, SliceDerivation derivation, bool isUnchanged)
{
    private const int LongestDescription = 1024;
    private const int LongestSeriesDescription = 64;
    private const int NumbersOfSeries = 1000;

    private static readonly string Version = typeof(DicomHistory).Assembly.GetName().Version!.ToString(3);

    /// <summary>The elements.</summary>
    /// <param name="pixels">The new pixels, of which the instance's UID is made.</param>
    public IEnumerable<DicomElement> Elements(byte[] pixels)
    {
        var data = file.Data;
        var series = Derived(DicomTag.SeriesInstance);
        yield return Text(DicomTag.ImageType, "CS", ImageType(data.Text(DicomTag.ImageType)));
        yield return Text(
            DicomTag.SopInstance, "UI", Derived(DicomTag.SopInstance, Convert.ToHexString(SHA256.HashData(pixels))));
        yield return Text(DicomTag.SeriesInstance, "UI", series);
        yield return Text(DicomTag.SeriesNumber, "IS", SeriesNumber(data.Integer(DicomTag.SeriesNumber), series));
        yield return Joined(DicomTag.SeriesDescription, "LO", " ", derivation.SeriesSuffix, LongestSeriesDescription);
        yield return Joined(
            DicomTag.DerivationDescription, "ST", "; ",
            isUnchanged ? derivation.Unchanged ?? derivation.Description : derivation.Description, LongestDescription);
        yield return Source();
        if (!isUnchanged) yield return Appended(DicomTag.DerivationCodeSequence, Reconstruction);
        yield return Appended(DicomTag.EquipmentSequence, isExplicit => new DicomItem(isExplicit)
            .Text(DicomTag.Manufacturer, "LO", "Thesis")
            .Text(DicomTag.ManufacturerModel, "LO", "Thesis")
            .Text(DicomTag.SoftwareVersions, "LO", Version)
            .Text(DicomTag.ContributionDescription, "ST", "Metal artifact reduction")
            .Code(DicomTag.PurposeOfReference, "109102", "DCM", "Processing Equipment"));
    }

    private DicomItem Reconstruction(bool isExplicit) => derivation.IsIterative
        ? DicomItem.OfCode(isExplicit, "113963", "DCM", "Iterative Reconstruction")
        : DicomItem.OfCode(isExplicit, "113962", "DCM", "Filtered Back Projection");

    private static string ImageType(string? source)
    {
        var values = source?.Split('\\') ?? [];
        return string.Join('\\', ["DERIVED", "SECONDARY", .. values.Skip(2)]);
    }

    // Another version of this software may make another instance of the same source.
    private string Derived(DicomTag tag, params ReadOnlySpan<string> more) =>
        DicomUid.Derive([file.Data.RequiredText(tag), derivation.Series ?? derivation.Description, Version, .. more]);

    // The source's number and three digits, which the new series' UID fixes: no other series of the study has it but by chance.
    private static string SeriesNumber(int? source, string series)
    {
        var hash = BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.ASCII.GetBytes(series)));
        var number = source is > 0 and < int.MaxValue / NumbersOfSeries
            ? (source.Value * NumbersOfSeries) + 1 + (int)(hash % (NumbersOfSeries - 1))
            : 1 + (int)(hash % (int.MaxValue - 1));
        return number.ToString(CultureInfo.InvariantCulture);
    }

    // The file's own text, cut where both would be too long, and ours behind it.
    private DicomElement Joined(DicomTag tag, string vr, string separator, string text, int longest)
    {
        if (text.Length > longest) text = text[..longest];
        var existing = file.Data.Find(tag) is { } element ? element.Value.Span.TrimEnd(" \0"u8) : [];
        var room = longest - separator.Length - text.Length;
        if (existing.IsEmpty || room <= 0) return Text(tag, vr, text);
        var kept = DicomText.Cut(existing, file.Data.Text(DicomTag.CharacterSet), room);
        byte[] bytes = [.. kept, .. Encoding.ASCII.GetBytes(separator + text)];
        return new DicomElement(tag, Vr(vr), bytes.Length % 2 == 0 ? bytes : [.. bytes, (byte)' ']);
    }

    private DicomElement Source() => new DicomItem(file.Syntax.Explicit)
        .Text(DicomTag.ReferencedSopClass, "UI", file.Data.RequiredText(DicomTag.SopClass))
        .Text(DicomTag.ReferencedSopInstance, "UI", file.Data.RequiredText(DicomTag.SopInstance))
        .Code(DicomTag.PurposeOfReference, "121322", "DCM", "Source image for image processing operation")
        .ToSequence(DicomTag.SourceImageSequence, Vr("SQ"));

    // An element of unknown type holds its items as in the implicit syntax.
    private DicomElement Appended(DicomTag tag, Func<bool, DicomItem> make)
    {
        if (file.Data.Find(tag) is not { } existing) return make(file.Syntax.Explicit).ToSequence(tag, Vr("SQ"));
        var item = make(file.Syntax.Explicit && existing.Vr != "UN").ToBytes();
        return existing with { Value = (byte[])[.. existing.Value.Span, .. item] };
    }

    private DicomElement Text(DicomTag tag, string vr, string text) =>
        DicomWriter.TextElement(tag, vr, text) with { Vr = Vr(vr) };

    private string Vr(string vr) => file.Syntax.Explicit ? vr : "";
}
