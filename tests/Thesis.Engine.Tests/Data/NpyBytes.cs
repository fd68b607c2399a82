using System.Buffers.Binary;
using System.Text;

namespace Thesis.Engine.Tests.Data;

/// <summary>Builds npy files by hand, true and lying ones.</summary>
internal static class NpyBytes
{
    public static byte[] Build(string header, int dataLength, byte version = 1, uint? lengthField = null)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[version == 1 ? 10 : 12];
        byte[] magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', version, 0];
        magic.CopyTo(prefix, 0);
        var length = lengthField ?? (uint)text.Length;
        if (version == 1) BinaryPrimitives.WriteUInt16LittleEndian(prefix.AsSpan(8), (ushort)length);
        else BinaryPrimitives.WriteUInt32LittleEndian(prefix.AsSpan(8), length);
        return [.. prefix, .. text, .. new byte[dataLength]];
    }

    public static byte[] OfShape(string shape, int dataLength, string descriptor = "<f4") => Build(
        $"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': {shape}, }}\n", dataLength);
}
