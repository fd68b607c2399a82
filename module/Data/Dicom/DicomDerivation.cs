using System.Buffers.Binary;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Makes a derived image: the pixels are new, in the source's rescale and bits, and the tags say so (PS3.3, C.7.6.1.1.2
/// and C.12.4): see <see cref="DicomHistory"/>. Every other element stays that is still true. The same source, description
/// and pixels give the same instance, other pixels another one, and the images of a series stay one series. What was
/// compressed is written uncompressed.
/// </summary>
public static class DicomDerivation
{
    // What is no longer true: signatures over the data set, when and by whom it was made, and what was computed from its
    // pixels or those of its series. The lengths of groups, which go too, are retired.
    private static readonly HashSet<DicomTag> Stale =
    [
        DicomTag.InstanceCreationDate, DicomTag.InstanceCreationTime, DicomTag.InstanceCreator,
        DicomTag.SmallestPixelInSeries, DicomTag.LargestPixelInSeries, DicomTag.HistogramSequence,
        DicomTag.IconImageSequence, DicomTag.MacParameters, DicomTag.Signatures,
    ];

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
    /// <param name="derivation">What was done; its description is part of the UIDs.</param>
    /// <exception cref="InputException"><c>DicomElementMissing</c>, as of <see cref="RequireIdentity"/>.</exception>
    public static DicomFile Create(DicomCtImage source, ReadOnlySpan<float> hounsfield, SliceDerivation derivation)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(derivation);
        if (hounsfield.Length != source.Rows * source.Columns)
        {
            throw new ArgumentException($"{hounsfield.Length} pixels are not {source.Columns} x {source.Rows}.");
        }

        var file = source.File with { Syntax = source.File.Syntax.Uncompressed };
        var pixels = Encode(source, hounsfield, out var smallest, out var largest);
        var history = new DicomHistory(file, derivation, pixels.AsSpan().SequenceEqual(source.Words));
        List<DicomElement> changed =
        [
            .. history.Elements(pixels),
            new(DicomTag.PixelData, file.Syntax.Explicit ? "OW" : "", pixels),
        ];
        AddExtreme(file, DicomTag.SmallestPixel, smallest, changed);
        AddExtreme(file, DicomTag.LargestPixel, largest, changed);
        return file with { Data = file.Data.With(changed, tag => tag.Element == 0 || Stale.Contains(tag)) };
    }

    private static byte[] Encode(
        DicomCtImage source, ReadOnlySpan<float> hounsfield, out int smallest, out int largest)
    {
        (smallest, largest) = (source.Layout.Maximum, source.Layout.Minimum);
        var words = source.Words;
        var stored = source.ToStored(hounsfield);
        var bytes = new byte[sizeof(ushort) * stored.Length];
        for (var i = 0; i < stored.Length; i++)
        {
            (smallest, largest) = (Math.Min(smallest, stored[i]), Math.Max(largest, stored[i]));

            // Bits beyond those stored stay with a value that does.
            var word = BinaryPrimitives.ReadUInt16LittleEndian(words[(2 * i)..]);
            var isSame = stored[i] == source.Layout.Decode(word);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), isSame ? word : unchecked((ushort)stored[i]));
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
}
