using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>How a syntax stores pixels.</summary>
public enum DicomPixelEncoding
{
    /// <summary>As they are.</summary>
    Native,

    /// <summary>In runs of equal bytes (PS3.5, annex G).</summary>
    RunLength,

    /// <summary>Lossless JPEG (ISO/IEC 10918-1, process 14).</summary>
    JpegLossless,
}

/// <summary>A transfer syntax that is read: little-endian, and nothing is lost.</summary>
/// <param name="Uid">Its UID.</param>
/// <param name="Explicit">Whether the elements state their value representation.</param>
/// <param name="Pixels">How the pixels are stored.</param>
/// <param name="Deflated">Whether the data set is packed.</param>
public sealed record DicomSyntax(
    string Uid, bool Explicit, DicomPixelEncoding Pixels = DicomPixelEncoding.Native, bool Deflated = false)
{
    /// <summary>Explicit VR Little Endian, in which all is written that was compressed.</summary>
    public static DicomSyntax ExplicitLittleEndian { get; } = new("1.2.840.10008.1.2.1", true);

    private static readonly DicomSyntax[] Known =
    [
        new("1.2.840.10008.1.2", false),
        ExplicitLittleEndian,
        new("1.2.840.10008.1.2.1.99", true, Deflated: true),
        new("1.2.840.10008.1.2.5", true, DicomPixelEncoding.RunLength),
        new("1.2.840.10008.1.2.4.57", true, DicomPixelEncoding.JpegLossless),
        new("1.2.840.10008.1.2.4.70", true, DicomPixelEncoding.JpegLossless),
    ];

    /// <summary>The syntax in which an image whose pixels are new is written: this one, unless it compresses.</summary>
    public DicomSyntax Uncompressed => Deflated || Pixels != DicomPixelEncoding.Native ? ExplicitLittleEndian : this;

    // PS3.6, table A-1.
    private static readonly Dictionary<string, string> Unsupported = new()
    {
        ["1.2.840.10008.1.2.1.98"] = "Encapsulated Uncompressed Explicit VR Little Endian",
        ["1.2.840.10008.1.2.2"] = "Explicit VR Big Endian",
        ["1.2.840.10008.1.2.4.50"] = "JPEG Baseline",
        ["1.2.840.10008.1.2.4.51"] = "JPEG Extended",
        ["1.2.840.10008.1.2.4.80"] = "JPEG-LS Lossless",
        ["1.2.840.10008.1.2.4.81"] = "JPEG-LS Near-Lossless",
        ["1.2.840.10008.1.2.4.90"] = "JPEG 2000 Lossless",
        ["1.2.840.10008.1.2.4.91"] = "JPEG 2000",
        ["1.2.840.10008.1.2.4.92"] = "JPEG 2000 Part 2 Lossless",
        ["1.2.840.10008.1.2.4.93"] = "JPEG 2000 Part 2",
        ["1.2.840.10008.1.2.4.94"] = "JPIP Referenced",
        ["1.2.840.10008.1.2.4.95"] = "JPIP Referenced Deflate",
        ["1.2.840.10008.1.2.4.110"] = "JPEG XL Lossless",
        ["1.2.840.10008.1.2.4.112"] = "JPEG XL",
        ["1.2.840.10008.1.2.4.201"] = "High-Throughput JPEG 2000 Lossless",
        ["1.2.840.10008.1.2.4.202"] = "High-Throughput JPEG 2000 with RPCL Lossless",
        ["1.2.840.10008.1.2.4.203"] = "High-Throughput JPEG 2000",
    };

    /// <summary>Finds the syntax of a UID.</summary>
    /// <exception cref="InputException"><c>DicomSyntaxUnsupported</c>, with the syntax's name and UID.</exception>
    public static DicomSyntax Find(string uid, string source)
    {
        var found = Array.Find(Known, syntax => syntax.Uid == uid);
        if (found is not null) return found;
        var name = Unsupported.TryGetValue(uid, out var known) ? known : "an unknown transfer syntax";
        throw new InputException(
            ScanErrorIds.DicomSyntaxUnsupported, FaultKind.NotSupported,
            $"'{source}' is stored as {name} ({Printable.Text(uid)}). Uncompressed and deflated little-endian, RLE and "
            + "lossless JPEG images are read; convert it, for example by dcmconv, dcmdjpls or gdcmconv --raw.",
            source);
    }
}
