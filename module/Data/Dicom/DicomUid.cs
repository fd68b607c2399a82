using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Thesis.Engine.Data;

/// <summary>
/// UIDs under 2.25, whose rest is a UUID as a decimal number (ITU-T X.667): no registered root is needed. The UUID is of
/// version 8 (RFC 9562), made of a hash, so that the same source and derivation have the same UID.
/// </summary>
internal static class DicomUid
{
    /// <summary>The UID of this software in the files it writes.</summary>
    public static string Implementation { get; } = Derive("Thesis DICOM writer");

    /// <summary>A UID that is fixed by <paramref name="parts"/>, and by their borders.</summary>
    public static string Derive(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }

        var uuid = hash.GetHashAndReset().AsSpan(0, 16);
        uuid[6] = (byte)((uuid[6] & 0x0F) | 0x80);
        uuid[8] = (byte)((uuid[8] & 0x3F) | 0x80);
        return $"2.25.{new BigInteger(uuid, isUnsigned: true, isBigEndian: true)}";
    }
}
