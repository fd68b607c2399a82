using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>The kinds of array elements that are read.</summary>
public enum NpyKind
{
    /// <summary>IEEE binary16, '&lt;f2'.</summary>
    Float16,

    /// <summary>IEEE binary32, '&lt;f4'.</summary>
    Float32,

    /// <summary>IEEE binary64, '&lt;f8'.</summary>
    Float64,

    /// <summary>'|i1'.</summary>
    Int8,

    /// <summary>'|u1', and '|b1' as 0 and 1.</summary>
    UInt8,

    /// <summary>'&lt;i2'.</summary>
    Int16,

    /// <summary>'&lt;u2'.</summary>
    UInt16,

    /// <summary>'&lt;i4'.</summary>
    Int32,

    /// <summary>'&lt;u4'.</summary>
    UInt32,

    /// <summary>'&lt;i8'.</summary>
    Int64,

    /// <summary>'&lt;u8'.</summary>
    UInt64,

    /// <summary>Text of fixed width in UTF-32, '&lt;U' and the number of characters.</summary>
    Unicode,
}

/// <summary>The element type of an npy array.</summary>
/// <param name="Kind">What the bytes are.</param>
/// <param name="Size">Bytes of one element.</param>
/// <param name="BigEndian">Whether the most significant byte of a number, or of a character, comes first.</param>
public readonly record struct NpyElement(NpyKind Kind, int Size, bool BigEndian = false)
{
    /// <summary>The widest text that is read, in characters.</summary>
    public const int MaximumTextLength = 1 << 16;

    private static readonly (string Name, NpyKind Kind, int Size)[] Numbers =
    [
        ("f2", NpyKind.Float16, 2), ("f4", NpyKind.Float32, 4), ("f8", NpyKind.Float64, 8), ("i1", NpyKind.Int8, 1),
        ("u1", NpyKind.UInt8, 1), ("b1", NpyKind.UInt8, 1), ("i2", NpyKind.Int16, 2), ("u2", NpyKind.UInt16, 2),
        ("i4", NpyKind.Int32, 4), ("u4", NpyKind.UInt32, 4), ("i8", NpyKind.Int64, 8), ("u8", NpyKind.UInt64, 8),
    ];

    /// <summary>NumPy's name of the type, such as '&lt;f4'.</summary>
    public string Descriptor
    {
        get
        {
            var order = BigEndian ? '>' : Size == 1 ? '|' : '<';
            var kind = Kind;
            return Kind == NpyKind.Unicode
                ? string.Create(CultureInfo.InvariantCulture, $"{order}U{Size / sizeof(int)}")
                : order + Array.Find(Numbers, number => number.Kind == kind).Name;
        }
    }

    /// <summary>
    /// Reads NumPy's name of a type: the order of its bytes (&lt;, &gt;, or | and = for this machine's, which may be left
    /// out), and the type.
    /// </summary>
    /// <exception cref="InputException">
    /// <c>NpyObjectRefused</c> for Python objects, <c>NpyTypeUnsupported</c> for any other type that is not read.
    /// </exception>
    public static NpyElement Parse(string descriptor, string source)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        var hasOrder = descriptor is ['<' or '>' or '|' or '=', ..];
        var type = hasOrder ? descriptor[1..] : descriptor;
        var bigEndian = descriptor.StartsWith('>');
        var number = Array.Find(Numbers, number => number.Name == type);

        // Where a type has several bytes, '|' says nothing.
        if (number.Name is not null && (number.Size == 1 || !descriptor.StartsWith('|')))
        {
            return new NpyElement(number.Kind, number.Size, bigEndian && number.Size > 1);
        }

        if (type.StartsWith('U')
            && int.TryParse(type.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length is > 0 and <= MaximumTextLength)
        {
            return new NpyElement(NpyKind.Unicode, length * sizeof(int), bigEndian);
        }

        if (descriptor.Contains('O', StringComparison.Ordinal))
        {
            throw new InputException(
                DataErrorIds.NpyObjectRefused, FaultKind.NotSupported,
                $"'{source}' holds pickled Python objects (dtype object), which are code and are never loaded. "
                + "Save the array with a numeric dtype.", source);
        }

        throw new InputException(
            DataErrorIds.NpyTypeUnsupported, FaultKind.NotSupported,
            $"'{source}' has the dtype '{Printable.Text(descriptor)}'; float16, float32, float64, bool, whole numbers of 8 to "
            + "64 bits and unicode are read.", source);
    }

    /// <summary>Brings elements, as the file has them, into the order of this machine's bytes.</summary>
    public void ToNative(Span<byte> elements)
    {
        if (!BigEndian) return;
        switch (Kind == NpyKind.Unicode ? sizeof(int) : Size)
        {
            case sizeof(short):
                var shorts = MemoryMarshal.Cast<byte, short>(elements);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case sizeof(int):
                var ints = MemoryMarshal.Cast<byte, int>(elements);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case sizeof(long):
                var longs = MemoryMarshal.Cast<byte, long>(elements);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
