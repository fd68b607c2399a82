using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>A transfer syntax that is read and written: little-endian and not compressed.</summary>
/// <param name="Uid">Its UID.</param>
/// <param name="Explicit">Whether the elements state their value representation.</param>
public sealed record DicomSyntax(string Uid, bool Explicit)
{
    private static readonly DicomSyntax[] Known = [new("1.2.840.10008.1.2", false), new("1.2.840.10008.1.2.1", true)];

    // PS3.6, table A-1.
    private static readonly Dictionary<string, string> Unsupported = new()
    {
        ["1.2.840.10008.1.2.1.98"] = "Encapsulated Uncompressed Explicit VR Little Endian",
        ["1.2.840.10008.1.2.1.99"] = "Deflated Explicit VR Little Endian",
        ["1.2.840.10008.1.2.2"] = "Explicit VR Big Endian",
        ["1.2.840.10008.1.2.4.50"] = "JPEG Baseline",
        ["1.2.840.10008.1.2.4.51"] = "JPEG Extended",
        ["1.2.840.10008.1.2.4.57"] = "JPEG Lossless",
        ["1.2.840.10008.1.2.4.70"] = "JPEG Lossless, First-Order Prediction",
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
        ["1.2.840.10008.1.2.5"] = "RLE Lossless",
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
            $"'{source}' is stored as {name} ({Printable.Text(uid)}). Only uncompressed implicit and explicit "
            + "little-endian images are read; convert it, for example by dcmconv, dcmdjpeg or gdcmconv --raw.",
            source);
    }
}
