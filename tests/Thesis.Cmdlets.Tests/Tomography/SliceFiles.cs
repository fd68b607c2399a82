using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Thesis.Cmdlets.Tests.Tomography;

/// <summary>Small slices as npy files, made by hand: a body of water with a metal disc in it.</summary>
internal static class SliceFiles
{
    public const int Size = 32;

    private const float Metal = 3000;

    /// <summary>A disc of water in air, and a metal disc of a radius at a place in it.</summary>
    public static float[] Body(double metalRadius = 2, int metalColumn = 20)
    {
        var values = new float[Size * Size];
        for (var i = 0; i < values.Length; i++)
        {
            var (row, column) = (i / Size, i % Size);
            values[i] = Distance(row - 15.5, column - 15.5) < 13 ? 0 : -1000;
            if (Distance(row - 15, column - metalColumn) < metalRadius) values[i] = Metal;
        }

        return values;
    }

    /// <summary>Writes an npy file of float32 and returns its path.</summary>
    public static string Write(string path, float[] values, params int[] shape)
    {
        if (shape.Length == 0) shape = [Size, Size];
        var lengths = string.Join(", ", shape.Select(length => length.ToString(CultureInfo.InvariantCulture)));
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({lengths}), }}\n";
        var bytes = new byte[10 + header.Length + (4 * values.Length)];
        byte[] magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];
        magic.CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)header.Length);
        Encoding.ASCII.GetBytes(header, bytes.AsSpan(10));
        Buffer.BlockCopy(values, 0, bytes, 10 + header.Length, 4 * values.Length);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Reads the values of an npy file of float32.</summary>
    public static float[] Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var start = 10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        var values = new float[(bytes.Length - start) / 4];
        Buffer.BlockCopy(bytes, start, values, 0, bytes.Length - start);
        return values;
    }

    private static double Distance(double y, double x) => Math.Sqrt((y * y) + (x * x));
}
