using System.Buffers.Binary;
using System.Security.Cryptography;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Makes a derived image: the pixels are new, in the source's rescale and bits, and the tags say so (PS3.3, C.7.6.1.1.2
/// and C.12.4): image type, description, the source's instance, new UIDs. Every other element stays. The same source,
/// description and pixels give the same instance, other pixels another one, and the images of a series stay one series.
/// </summary>
public static class DicomDerivation
{
    private const int LongestDescription = 1024;
    private const int LongestSeriesDescription = 64;

    /// <summary>Refuses a source that lacks the UIDs which a derived image refers to.</summary>
    /// <exception cref="InputException"><c>DicomElementMissing</c>.</exception>
    public static void RequireIdentity(DicomCtImage source)
    {
        ArgumentNullException.ThrowIfNull(source);
        foreach (var tag in new[] { DicomTag.SopInstance, DicomTag.SeriesInstance }) source.File.Data.RequiredText(tag);
    }

    /// <summary>Derives an image.</summary>
    /// <param name="source">The source.</param>
    /// <param name="hounsfield">
    /// The pixels in HU, row by row. Values that the source's bits cannot hold are clamped; a pixel of the source's HU
    /// keeps its value, and so does padding.
    /// </param>
    /// <param name="description">What was done, in ASCII; part of the UIDs.</param>
    /// <param name="seriesSuffix">What the series' description gets at its end.</param>
    /// <exception cref="InputException"><c>DicomElementMissing</c>, as of <see cref="RequireIdentity"/>.</exception>
    public static DicomFile Create(
        DicomCtImage source, ReadOnlySpan<float> hounsfield, string description, string seriesSuffix)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrEmpty(description);
        if (hounsfield.Length != source.Rows * source.Columns)
        {
            throw new ArgumentException($"{hounsfield.Length} pixels are not {source.Columns} x {source.Rows}.");
        }

        var file = source.File;
        var pixels = Encode(source, hounsfield, out var smallest, out var largest);
        var changed = new List<DicomElement>
        {
            Text(file, DicomTag.ImageType, "CS", ImageType(file.Data.Text(DicomTag.ImageType))),
            Text(file, DicomTag.SopInstance, "UI", Derived(file, DicomTag.SopInstance, description, Hash(pixels))),
            Text(file, DicomTag.SeriesInstance, "UI", Derived(file, DicomTag.SeriesInstance, description)),
            Text(file, DicomTag.DerivationDescription, "ST", Cut(description, LongestDescription)),
            SourceSequence(file),
            new(DicomTag.PixelData, Vr(file, "OW"), pixels),
        };
        if (file.Data.Text(DicomTag.SeriesDescription) is { } series)
        {
            changed.Add(Text(
                file, DicomTag.SeriesDescription, "LO",
                Cut(series, LongestSeriesDescription - seriesSuffix.Length - 1) + " " + seriesSuffix));
        }

        AddExtreme(file, DicomTag.SmallestPixel, smallest, changed);
        AddExtreme(file, DicomTag.LargestPixel, largest, changed);
        return file with { Data = file.Data.With(changed, IsStale) };
    }

    /// <summary>
    /// What is no longer true of a changed data set: signatures over it, when and by whom it was made, and the lengths of
    /// its groups, which are retired.
    /// </summary>
    private static bool IsStale(DicomTag tag) =>
        tag.Element == 0
        || tag == DicomTag.InstanceCreationDate || tag == DicomTag.InstanceCreationTime || tag == DicomTag.InstanceCreator
        || tag == DicomTag.MacParameters || tag == DicomTag.Signatures;

    private static byte[] Encode(
        DicomCtImage source, ReadOnlySpan<float> hounsfield, out int smallest, out int largest)
    {
        (smallest, largest) = (source.Layout.Maximum, source.Layout.Minimum);
        var stored = source.ToStored(hounsfield);
        var bytes = new byte[sizeof(ushort) * stored.Length];
        for (var i = 0; i < stored.Length; i++)
        {
            (smallest, largest) = (Math.Min(smallest, stored[i]), Math.Max(largest, stored[i]));
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), unchecked((ushort)stored[i]));
        }

        return bytes;
    }

    private static void AddExtreme(DicomFile file, DicomTag tag, int value, List<DicomElement> changed)
    {
        if (file.Data.Find(tag) is not { } existing) return;
        var bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, unchecked((ushort)value));
        changed.Add(existing with { Value = bytes });
    }

    private static string ImageType(string? source)
    {
        var values = source?.Split('\\') ?? [];
        return string.Join('\\', ["DERIVED", "SECONDARY", .. values.Skip(2)]);
    }

    private static DicomElement SourceSequence(DicomFile file)
    {
        using var item = new MemoryStream();
        var writer = new DicomWriter(item, file.Syntax.Explicit);
        writer.WriteText(DicomTag.ReferencedSopClass, "UI", file.Data.RequiredText(DicomTag.SopClass));
        writer.WriteText(DicomTag.ReferencedSopInstance, "UI", file.Data.RequiredText(DicomTag.SopInstance));
        using var sequence = new MemoryStream();
        new DicomWriter(sequence, file.Syntax.Explicit).WriteItem(item.ToArray());
        return new DicomElement(DicomTag.SourceImageSequence, Vr(file, "SQ"), sequence.ToArray());
    }

    private static string Derived(DicomFile file, DicomTag tag, params ReadOnlySpan<string> derivation) =>
        DicomUid.Derive([file.Data.RequiredText(tag), .. derivation]);

    private static string Hash(byte[] pixels) => Convert.ToHexString(SHA256.HashData(pixels));

    private static DicomElement Text(DicomFile file, DicomTag tag, string vr, string text) =>
        DicomWriter.TextElement(tag, vr, text) with { Vr = Vr(file, vr) };

    private static string Vr(DicomFile file, string vr) => file.Syntax.Explicit ? vr : "";

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
