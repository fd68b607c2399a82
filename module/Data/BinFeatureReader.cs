using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Reads the features of learn-to-cluster (Yang 2019): float32, little-endian, row-major, and nothing else, so that their
/// dimension must be known.
/// </summary>
internal static class BinFeatureReader
{
    private const int Chunk = 1 << 22;

    /// <summary>The rows of a file.</summary>
    /// <exception cref="InputException">
    /// <c>FeatureDimensionMissing</c>: none is given; <c>FeatureShapeInvalid</c>: the length is no whole number of rows.
    /// </exception>
    public static FeatureSet Read(string path, int? dimension, WorkContext work)
    {
        if (dimension is not { } columns)
        {
            throw new InputException(
                DataErrorIds.DimensionMissing, FaultKind.InvalidArgument,
                $"'{path}' is bare numbers: say how many a feature has (-FeatureDimension; 256 in learn-to-cluster).", path);
        }

        using var stream = InputFile.Open(path);
        var row = (long)columns * sizeof(float);
        if (stream.Length == 0 || stream.Length % row != 0)
        {
            throw new InputException(
                DataErrorIds.ShapeInvalid, FaultKind.InvalidData,
                $"'{path}' has {stream.Length} bytes, which are no whole rows of {columns} float32 ({row} bytes).", path);
        }

        FeatureCheck.Shape(checked((int)Math.Min(int.MaxValue, stream.Length / row)), columns, path);
        InputFile.RequireMemory(stream.Length, path);
        var values = new float[stream.Length / sizeof(float)];
        InputFile.Guard(path, () =>
        {
            for (var at = 0L; at < stream.Length; at += Chunk)
            {
                work.ThrowIfCancelled();
                work.Report($"Reading {Path.GetFileName(path)}", at, stream.Length);
                var length = (int)(Math.Min(Chunk, stream.Length - at) / sizeof(float));
                stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan((int)(at / sizeof(float)), length)));
            }

            return values.Length;
        });
        if (!BitConverter.IsLittleEndian)
        {
            var bits = MemoryMarshal.Cast<float, int>(values.AsSpan());
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }

        return new FeatureSet(new FeatureMatrix(values, values.Length / columns, columns), null, null, path);
    }
}
