using System.Globalization;
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

    /// <summary>'|u1', and '|b1' as 0 and 1.</summary>
    UInt8,

    /// <summary>'&lt;i2'.</summary>
    Int16,

    /// <summary>'&lt;u2'.</summary>
    UInt16,

    /// <summary>'&lt;i4'.</summary>
    Int32,

    /// <summary>'&lt;i8'.</summary>
    Int64,

    /// <summary>Text of fixed width in UTF-32, '&lt;U' and the number of characters.</summary>
    Unicode,
}

/// <summary>The element type of an npy array, little-endian.</summary>
/// <param name="Kind">What the bytes are.</param>
/// <param name="Size">Bytes of one element.</param>
public readonly record struct NpyElement(NpyKind Kind, int Size)
{
    /// <summary>The widest text that is read, in characters.</summary>
    public const int MaximumTextLength = 1 << 16;

    /// <summary>NumPy's name of the type, such as '&lt;f4'.</summary>
    public string Descriptor => Kind switch
    {
        NpyKind.Float16 => "<f2",
        NpyKind.Float32 => "<f4",
        NpyKind.Float64 => "<f8",
        NpyKind.UInt8 => "|u1",
        NpyKind.Int16 => "<i2",
        NpyKind.UInt16 => "<u2",
        NpyKind.Int32 => "<i4",
        NpyKind.Int64 => "<i8",
        _ => string.Create(CultureInfo.InvariantCulture, $"<U{Size / sizeof(int)}"),
    };

    /// <summary>Reads NumPy's name of a type.</summary>
    /// <exception cref="InputException">
    /// <c>NpyObjectRefused</c> for Python objects, <c>NpyTypeUnsupported</c> for any other type that is not read.
    /// </exception>
    public static NpyElement Parse(string descriptor, string source)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        switch (descriptor)
        {
            case "<f2": return new NpyElement(NpyKind.Float16, 2);
            case "<f4": return new NpyElement(NpyKind.Float32, 4);
            case "<f8": return new NpyElement(NpyKind.Float64, 8);
            case "|u1" or "|b1": return new NpyElement(NpyKind.UInt8, 1);
            case "<i2": return new NpyElement(NpyKind.Int16, 2);
            case "<u2": return new NpyElement(NpyKind.UInt16, 2);
            case "<i4": return new NpyElement(NpyKind.Int32, 4);
            case "<i8": return new NpyElement(NpyKind.Int64, 8);
        }

        if (descriptor.StartsWith("<U", StringComparison.Ordinal)
            && int.TryParse(descriptor.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length is > 0 and <= MaximumTextLength)
        {
            return new NpyElement(NpyKind.Unicode, length * sizeof(int));
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
            $"'{source}' has the dtype '{Printable.Text(descriptor)}'; little-endian float16, float32, float64, "
            + "bool, uint8, int16, uint16, int32, int64 and unicode are read.", source);
    }
}
