namespace Thesis.Engine.Data;

/// <summary>The value representations of PS3.5, section 6.2, and how their lengths are written.</summary>
internal static class DicomVr
{
    private static readonly HashSet<string> Short =
    [
        "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN", "SH", "SL", "SS", "ST", "TM", "UI",
        "UL", "US",
    ];

    private static readonly HashSet<string> Long =
        ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"];

    /// <summary>Whether the two letters are a value representation.</summary>
    public static bool IsKnown(string vr) => Short.Contains(vr) || Long.Contains(vr);

    /// <summary>Whether the length takes 32 bits, after two reserved bytes.</summary>
    public static bool HasLongLength(string vr) => Long.Contains(vr);
}
