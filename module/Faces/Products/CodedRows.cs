using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Rows as bytes, with a certificate of how far products of the bytes are from those of the rows.
/// <para>
/// A row is rotated by a random orthogonal Q, so that no coordinate stands out, and rounded: Q x = a q + e, with a step a of
/// its own and integers q of at most 90. With |e| known, up to the rounding of the rotation, for any two rows
/// <code>
/// |x_i . x_j - a_i a_j q_i . q_j| &lt;= |x_i| |e_j| + |e_i| |x_j| + |e_i| |e_j|
/// </code>
/// Bytes hold q + 90: two of their products with another row's q then fit 16 bits. Coordinates are summed in sections, and
/// in a section those with k mod 4 below 2 apart from the others; a is the least for which the squares of each of these
/// parts sum to no more than 16 bits hold, and so, by Cauchy and Schwarz, no product's part does.
/// </para>
/// Layout: panels of 32 rows; in a panel the same 4 coordinates of the 32 rows lie side by side. D + 15 bytes a row at most,
/// and 16 for the certificate.
/// </summary>
internal sealed unsafe class CodedRows
{
    /// <summary>Rows a panel.</summary>
    public const int PanelWidth = ByteTile.Columns;

    /// <summary>What is added to a code to make it a byte without a sign; also the largest code.</summary>
    public const int Offset = 90;

    // Fewer rows, and shorter ones, are done before codes are made; of longer ones the rotation is dear.
    private const int LeastCount = 16_384;
    private const int LeastDimension = 32;
    private const int LargestDimension = 1024;

    // Groups of 4 coordinates in a vector of 16, and the most in a section.
    private const int VectorGroups = 4;
    private const int LongestSection = 20;

    // The root of 32767, rounded down.
    private const float LongestPart = 181;

    // Beyond these a length's square, or a product, is not an ordinary float32.
    private const float LeastLength = 1e-12f;
    private const float LargestLength = 1e12f;

    // Half a unit in the last place of 1.
    private const float Unit = 1f / (1 << 24);

    private readonly float[] _steps;
    private readonly float[] _errors;
    private readonly float[] _lengths;
    private readonly float[] _offsets;

    private CodedRows(int count, int dimension, KernelPath path)
    {
        (Count, Path) = (count, path);
        Groups = GroupsOf(dimension);
        Sections = (Groups + LongestSection - 1) / LongestSection;
        Panels = (count + PanelWidth - 1) / PanelWidth;
        Bytes = GC.AllocateUninitializedArray<byte>(checked(Panels * PanelBytes));
        Bytes.AsSpan((Panels - 1) * PanelBytes).Fill(Offset);
        _steps = new float[Panels * PanelWidth];
        _errors = new float[Panels * PanelWidth];
        _lengths = new float[Panels * PanelWidth];
        _offsets = new float[Panels * PanelWidth];
    }

    /// <summary>N.</summary>
    public int Count { get; }

    /// <summary>How products of the codes are computed.</summary>
    public KernelPath Path { get; }

    /// <summary>Panels; the last is filled up with rows of zeros.</summary>
    public int Panels { get; }

    /// <summary>Groups of 4 coordinates, filled up with zeros to whole vectors of 16 coordinates.</summary>
    public int Groups { get; }

    /// <summary>Sections of the coordinates.</summary>
    public int Sections { get; }

    /// <summary>Bytes a panel.</summary>
    public int PanelBytes => Groups * ByteTile.GroupBytes;

    /// <summary>The codes, panel by panel.</summary>
    public byte[] Bytes { get; }

    /// <summary>a of each row, 0 past the last.</summary>
    public ReadOnlySpan<float> Steps => _steps;

    /// <summary>What |e| of each row is at most, with all that float32 rounds up to a float32 product.</summary>
    public ReadOnlySpan<float> Errors => _errors;

    /// <summary>What |x| of each row is at most.</summary>
    public ReadOnlySpan<float> Lengths => _lengths;

    /// <summary>
    /// What a row adds to each of its products beside that of the codes, rounded up: 0 but where a part of the rows was known to
    /// give that (<see cref="CodedSides"/>).
    /// </summary>
    public Span<float> Offsets => _offsets;

    /// <summary>The bytes that codes of N rows take.</summary>
    public static double SizeOf(int count, int dimension) =>
        (double)count * ((GroupsOf(dimension) * 4) + (4 * sizeof(float)));

    /// <summary>The first group of a section; that of the one after the last is the number of groups.</summary>
    public int Section(int section) => section * (Groups / VectorGroups) / Sections * VectorGroups;

    /// <summary>Whether products of so many rows with themselves gain by codes on this processor, and these fit.</summary>
    public static bool Pay(int count, int dimension) =>
        count >= LeastCount && dimension is >= LeastDimension and <= LargestDimension
        && SizeOf(count, dimension) < Math.Min(Array.MaxLength, MemoryPlan.FreeBytes)
        && ByteTile.Fastest != KernelPath.Scalar;

    /// <summary>Codes of rows; null where a value is not finite, or a row so short or long that float32 loses it.</summary>
    /// <param name="rows">N rows, 1 or more.</param>
    /// <param name="path">How products of the codes are computed.</param>
    /// <param name="context">Cancellation, threads.</param>
    public static CodedRows? TryOf(FeatureMatrix rows, KernelPath path, WorkContext context) =>
        TryOf(rows.Count, rows.Dimension, (row, values) => rows.Row(row).CopyTo(values), path, context);

    /// <summary>The same of rows that are written when they are wanted.</summary>
    /// <param name="count">N, 1 or more.</param>
    /// <param name="dimension">D.</param>
    /// <param name="write">Writes the D values of a row; from several threads.</param>
    /// <param name="path">How products of the codes are computed.</param>
    /// <param name="context">Cancellation, threads.</param>
    public static CodedRows? TryOf(int count, int dimension, ProductRow write, KernelPath path, WorkContext context)
    {
        var codes = new CodedRows(count, dimension, path);
        var isCodable = true;
        var rotation = new PackedRows(dimension);
        rotation.Pack(RandomRotation.Of(dimension, context), dimension);
        const int group = PackedRows.RowGroup;
        RowParallel.For(
            (count + group - 1) / group, context, () => new float[group * (dimension + rotation.Columns)],
            (block, buffer) =>
            {
                var first = block * group;
                var own = Math.Min(group, count - first);
                for (var r = 0; r < own; r++)
                {
                    var row = buffer.AsSpan(r * dimension, dimension);
                    write(first + r, row);
                    if (!codes.TryMeasure(first + r, row)) Volatile.Write(ref isCodable, false);
                }

                if (!Volatile.Read(ref isCodable)) return;
                var rotated = buffer.AsSpan(group * dimension);
                rotation.Multiply(buffer.AsSpan(0, group * dimension), group, rotated);
                fixed (float* values = rotated)
                {
                    for (var r = 0; r < own; r++) codes.Write(first + r, values + (r * rotation.Columns), dimension);
                }
            });
        return isCodable ? codes : null;
    }

    /// <summary>The codes of some of the rows.</summary>
    public CodedRows Gather(ReadOnlySpan<int> rows)
    {
        var few = new CodedRows(rows.Length, 4 * Groups, Path);
        var source = MemoryMarshal.Cast<byte, int>(Bytes.AsSpan());
        var target = MemoryMarshal.Cast<byte, int>(few.Bytes.AsSpan());
        for (var i = 0; i < rows.Length; i++)
        {
            (few._steps[i], few._errors[i]) = (_steps[rows[i]], _errors[rows[i]]);
            (few._lengths[i], few._offsets[i]) = (_lengths[rows[i]], _offsets[rows[i]]);
            var (from, to) = (FirstGroup(rows[i]), FirstGroup(i));
            for (var at = 0; at < Groups * PanelWidth; at += PanelWidth) target[to + at] = source[from + at];
        }

        return few;
    }

    private static int GroupsOf(int dimension) => (dimension + 15) / 16 * VectorGroups;

    // The place of a row's first 4 codes, in fours.
    private int FirstGroup(int row) => (row / PanelWidth * Groups * PanelWidth) + (row % PanelWidth);

    private bool TryMeasure(int row, ReadOnlySpan<float> values)
    {
        var length = MathF.Sqrt(TensorPrimitives.SumOfSquares(values));
        _lengths[row] = length * (1 + (values.Length * Unit) + (4 * Unit));
        return length == 0 ? !values.ContainsAnyExcept(0f) : length is >= LeastLength and <= LargestLength;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(int row, float* rotated, int dimension)
    {
        var step = _steps[row] = Step(rotated);
        var scale = step == 0 ? 0 : 1 / step;
        var squares = Vector128<float>.Zero;
        fixed (byte* bytes = Bytes)
        {
            var target = (uint*)bytes + FirstGroup(row);
            for (var group = 0; group < Groups; group++)
            {
                var values = Vector128.Load(rotated + (4 * group));
                var code = Vector128.Round(values * scale);
                var error = values - (code * step);
                squares += error * error;
                var shifted = Vector128.ConvertToInt32(code + Vector128.Create((float)Offset)).AsUInt32();
                var narrow = Vector128.Narrow(shifted, shifted);
                target[group * PanelWidth] = Vector128.Narrow(narrow, narrow).AsUInt32().ToScalar();
            }
        }

        // The sum of squares is off by D / 4 roundings, e itself by one of a q. A rotated coordinate is off by D roundings
        // of |x| at most, so the row by the root of D times that; a quarter more covers the rounding of Q, that of the
        // float32 product and that of a comparison with the bound.
        var found = MathF.Sqrt(Vector128.Sum(squares)) * (1 + (dimension * Unit));
        _errors[row] = found + (_lengths[row] * Unit * MathF.Sqrt(dimension) * ((1.25f * dimension) + 16));
    }

    // Rounding makes a part of n coordinates longer by half the root of n at most.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float Step(float* rotated)
    {
        var (most, largest) = (0f, 0f);
        for (var section = 0; section < Sections; section++)
        {
            var squares = Vector128<float>.Zero;
            var peak = Vector128<float>.Zero;
            for (var group = Section(section); group < Section(section + 1); group++)
            {
                var values = Vector128.Load(rotated + (4 * group));
                squares += values * values;
                peak = Vector128.Max(peak, Vector128.Abs(values));
            }

            most = MathF.Max(most, MathF.Max(squares[0] + squares[1], squares[2] + squares[3]));
            largest = MathF.Max(largest, MathF.Max(MathF.Max(peak[0], peak[1]), MathF.Max(peak[2], peak[3])));
        }

        var room = LongestPart - (0.5f * MathF.Sqrt(2 * (LongestSection + VectorGroups)));
        return MathF.Max(MathF.Sqrt(most) * (1 + (64 * Unit)) / room, largest / (Offset - 0.5f));
    }
}
