using System.Globalization;
using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>An array of an npy file, in C order (the last index runs fastest).</summary>
/// <param name="Element">The element type in the file.</param>
/// <param name="Shape">The lengths of the dimensions.</param>
/// <param name="Data">
/// <c>Half[]</c>, <c>float[]</c>, <c>double[]</c>, <c>sbyte[]</c>, <c>byte[]</c>, <c>short[]</c>, <c>ushort[]</c>,
/// <c>int[]</c>, <c>uint[]</c>, <c>long[]</c>, <c>ulong[]</c> or <c>string[]</c>, by the element type.
/// </param>
/// <param name="Source">The path, and the entry of an archive, for messages.</param>
public sealed record NpyArray(NpyElement Element, int[] Shape, Array Data, string Source)
{
    /// <summary>The values as float32, each rounded to the nearest; float32 data is returned as it is.</summary>
    /// <exception cref="InputException">
    /// <c>FeatureOverflow</c>: a float64 value is finite and beyond float32, with its row as target.
    /// <c>NpyTypeUnsupported</c>: the elements are no floating-point numbers.
    /// </exception>
    public float[] ToSingle()
    {
        switch (Data)
        {
            case float[] singles:
                return singles;
            case Half[] halves:
                var widened = new float[halves.Length];
                TensorPrimitives.ConvertToSingle(halves, widened);
                return widened;
            case double[] doubles:
                return Narrow(doubles);
            default:
                throw new InputException(
                    DataErrorIds.NpyTypeUnsupported, FaultKind.InvalidData,
                    $"'{Source}' holds {Element.Kind} values; features are float16, float32 or float64.", Source);
        }
    }

    /// <summary>The values of a one-dimensional array of whole numbers or text, as text (identities, ids).</summary>
    /// <exception cref="InputException"><c>IdentityInvalid</c>: another shape or type.</exception>
    public string[] ToText()
    {
        if (Shape.Length != 1)
        {
            throw NotText($"has the shape {string.Join(" x ", Shape)}, not one dimension");
        }

        // By the element type, since .NET takes an array of signed numbers for one of unsigned ones as well.
        return Element.Kind switch
        {
            NpyKind.Unicode => (string[])Data,
            NpyKind.Int8 => Numbers((sbyte[])Data),
            NpyKind.UInt8 => Numbers((byte[])Data),
            NpyKind.Int16 => Numbers((short[])Data),
            NpyKind.UInt16 => Numbers((ushort[])Data),
            NpyKind.Int32 => Numbers((int[])Data),
            NpyKind.UInt32 => Numbers((uint[])Data),
            NpyKind.Int64 => Numbers((long[])Data),
            NpyKind.UInt64 => Numbers((ulong[])Data),
            _ => throw NotText($"holds {Element.Kind} values, not whole numbers or text"),
        };
    }

    /// <summary>The values one by one; what is NaN, as NumPy writes what is missing, and empty text are null.</summary>
    public object?[] ToObjects()
    {
        var values = new object?[Data.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Data.GetValue(i) switch
            {
                double value when double.IsNaN(value) => null,
                float value when float.IsNaN(value) => null,
                string { Length: 0 } => null,
                var value => value,
            };
        }

        return values;
    }

    private static string[] Numbers<T>(T[] numbers)
        where T : IFormattable =>
        Array.ConvertAll(numbers, number => number.ToString(null, CultureInfo.InvariantCulture));

    private float[] Narrow(double[] doubles)
    {
        var narrowed = new float[doubles.Length];
        TensorPrimitives.ConvertTruncating<double, float>(doubles, narrowed);
        for (var i = 0; i < narrowed.Length; i++)
        {
            if (!float.IsInfinity(narrowed[i]) || double.IsInfinity(doubles[i])) continue;
            var row = i / Math.Max(1, Shape[^1]);
            throw new InputException(
                DataErrorIds.Overflow, FaultKind.InvalidData,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Feature {row} of '{Source}' has the value {doubles[i]:R}, which is beyond float32."),
                row);
        }

        return narrowed;
    }

    private InputException NotText(string reason) =>
        new(DataErrorIds.IdentityInvalid, FaultKind.InvalidData, $"'{Source}' {reason}.", Source);
}
