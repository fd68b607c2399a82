using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// A hash of what a run saw, whatever file it came from: SHA-256 over N and D (int64, little-endian), the float32
/// values, and each identity as its length in bytes (int64) and UTF-8. Without identities the last part is empty.
/// </summary>
public static class DatasetFingerprint
{
    private const int ChunkLength = 1 << 20;

    /// <summary>The fingerprint in lower-case hexadecimal.</summary>
    public static string Compute(FeatureMatrix features, IReadOnlyList<string>? identities, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(work);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, features.Count);
        Append(hash, features.Dimension);
        for (var rest = features.Values.AsSpan(); !rest.IsEmpty;)
        {
            work.ThrowIfCancelled();
            var chunk = rest[..Math.Min(ChunkLength, rest.Length)];
            hash.AppendData(MemoryMarshal.AsBytes(chunk));
            rest = rest[chunk.Length..];
        }

        foreach (var identity in identities ?? [])
        {
            var bytes = Encoding.UTF8.GetBytes(identity);
            Append(hash, bytes.Length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }
}
