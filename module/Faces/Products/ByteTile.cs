using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The products of 8 rows of bytes with a packed panel of 32 others: integers, the same on every path. Sums of 16 bits may
/// wrap round on the way; that they cannot at the end is what <see cref="CodedRows"/> takes care of.
/// </summary>
internal static unsafe class ByteTile
{
    /// <summary>Rows of the tile.</summary>
    public const int Rows = 8;

    /// <summary>Rows of a panel.</summary>
    public const int Columns = 32;

    /// <summary>Bytes of a group: 4 coordinates of the rows of a panel, side by side.</summary>
    public const int GroupBytes = 4 * Columns;

    /// <summary>The 16-bit sums that a panel begins with in each section: two for each of its rows.</summary>
    public const int Starts = 2 * Columns;

    // As many coordinates as the float32 tile is measured with, which takes about a microsecond.
    private const int ProbeGroups = 64;
    private const int ProbeTiles = 10;

    // Codes only pay where they save more than half of a float32 tile, for what comes with them.
    private const int Handicap = 2;

    private static readonly Lazy<KernelPath> Measured = new(Measure);

    /// <summary>The paths of this processor.</summary>
    public static IEnumerable<KernelPath> Paths => KernelPaths.Available.Where(path => path switch
    {
        KernelPath.Vector256 => true,
        KernelPath.Vector512 => Avx512BW.IsSupported,
        _ => false,
    });

    /// <summary>
    /// The fastest path on this processor, measured once (some ms); <see cref="KernelPath.Scalar"/> where there is none or
    /// a float32 tile takes no more than twice its time.
    /// </summary>
    public static KernelPath Fastest => Measured.Value;

    /// <summary>Adds the products over some groups of coordinates.</summary>
    /// <param name="path">Which way; one of <see cref="Paths"/>.</param>
    /// <param name="rows">The first of eight rows in a panel of bytes without a sign; a row has 4 bytes a group.</param>
    /// <param name="panel">The packed panel, bytes with a sign.</param>
    /// <param name="groups">How many groups.</param>
    /// <param name="start">What the 16-bit sums of the panel begin with.</param>
    /// <param name="sums">Eight lines of 32 products.</param>
    /// <param name="fresh">Whether the lines are overwritten; else the products are added to them.</param>
    public static void Multiply(
        KernelPath path, byte* rows, sbyte* panel, int groups, short* start, int* sums, bool fresh)
    {
        if (path == KernelPath.Vector512)
        {
            Wide(rows, panel, groups, start, sums, fresh);
            return;
        }

        for (var row = 0; row < Rows; row += 4)
        {
            for (var column = 0; column < Columns; column += 16)
            {
                Narrow(
                    rows + (4 * row), panel + (4 * column), groups, start + (2 * column), sums + (row * Columns) + column,
                    fresh);
            }
        }
    }

    private static KernelPath Measure()
    {
        var rows = new byte[ProbeGroups * GroupBytes];
        var panel = new sbyte[ProbeGroups * GroupBytes];
        var start = new short[Starts];
        var sums = new int[Rows * Columns];
        var values = new float[4 * ProbeGroups * (Rows + Columns)];
        var products = new float[Rows * Columns];
        Array.Fill(values, 1);
        return KernelPaths.Fastest([KernelPath.Scalar, .. Paths], path =>
        {
            fixed (float* left = values, output = products)
            fixed (byte* bytes = rows)
            fixed (sbyte* packed = panel)
            fixed (short* begin = start)
            fixed (int* all = sums)
            {
                for (var tile = 0; tile < ProbeTiles; tile++)
                {
                    if (path == KernelPath.Scalar)
                    {
                        ProductTile.Multiply(
                            ProductTile.Fastest, left, left + (4 * ProbeGroups * Rows), 4 * ProbeGroups, output, Columns);
                        continue;
                    }

                    for (var time = 0; time < Handicap; time++)
                    {
                        Multiply(path, bytes, packed, ProbeGroups, begin, all, fresh: true);
                    }
                }
            }
        });
    }

    // Per 4 coordinates 2 loads, 8 broadcasts, 16 multiplications of bytes and 16 additions of 16-bit sums.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide(byte* rows, sbyte* panel, int groups, short* start, int* sums, bool fresh)
    {
        Vector512<short> a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7;
        a0 = a1 = a2 = a3 = a4 = a5 = a6 = a7 = Vector512.Load(start);
        b0 = b1 = b2 = b3 = b4 = b5 = b6 = b7 = Vector512.Load(start + 32);
        for (var end = panel + ((nint)groups * GroupBytes); panel < end; panel += GroupBytes)
        {
            var first = Vector512.Load(panel);
            var second = Vector512.Load(panel + 64);
            Add((int*)rows, first, second, ref a0, ref b0);
            Add((int*)rows + 1, first, second, ref a1, ref b1);
            Add((int*)rows + 2, first, second, ref a2, ref b2);
            Add((int*)rows + 3, first, second, ref a3, ref b3);
            Add((int*)rows + 4, first, second, ref a4, ref b4);
            Add((int*)rows + 5, first, second, ref a5, ref b5);
            Add((int*)rows + 6, first, second, ref a6, ref b6);
            Add((int*)rows + 7, first, second, ref a7, ref b7);
            rows += GroupBytes;
        }

        Store(sums, a0, b0, fresh);
        Store(sums + Columns, a1, b1, fresh);
        Store(sums + (2 * Columns), a2, b2, fresh);
        Store(sums + (3 * Columns), a3, b3, fresh);
        Store(sums + (4 * Columns), a4, b4, fresh);
        Store(sums + (5 * Columns), a5, b5, fresh);
        Store(sums + (6 * Columns), a6, b6, fresh);
        Store(sums + (7 * Columns), a7, b7, fresh);
    }

    // 4 x 16 products in 8 accumulators.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(byte* rows, sbyte* panel, int groups, short* start, int* sums, bool fresh)
    {
        Vector256<short> a0, a1, a2, a3, b0, b1, b2, b3;
        a0 = a1 = a2 = a3 = Vector256.Load(start);
        b0 = b1 = b2 = b3 = Vector256.Load(start + 16);
        for (var end = panel + ((nint)groups * GroupBytes); panel < end; panel += GroupBytes)
        {
            var first = Vector256.Load(panel);
            var second = Vector256.Load(panel + 32);
            Add((int*)rows, first, second, ref a0, ref b0);
            Add((int*)rows + 1, first, second, ref a1, ref b1);
            Add((int*)rows + 2, first, second, ref a2, ref b2);
            Add((int*)rows + 3, first, second, ref a3, ref b3);
            rows += GroupBytes;
        }

        Store(sums, a0, b0, fresh);
        Store(sums + Columns, a1, b1, fresh);
        Store(sums + (2 * Columns), a2, b2, fresh);
        Store(sums + (3 * Columns), a3, b3, fresh);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        int* four, Vector512<sbyte> first, Vector512<sbyte> second, ref Vector512<short> a, ref Vector512<short> b)
    {
        var all = Vector512.Create(*four).AsByte();
        a += Avx512BW.MultiplyAddAdjacent(all, first);
        b += Avx512BW.MultiplyAddAdjacent(all, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        int* four, Vector256<sbyte> first, Vector256<sbyte> second, ref Vector256<short> a, ref Vector256<short> b)
    {
        var all = Vector256.Create(*four).AsByte();
        a += Avx2.MultiplyAddAdjacent(all, first);
        b += Avx2.MultiplyAddAdjacent(all, second);
    }

    // A 32-bit lane takes the two 16-bit sums of a row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(int* sums, Vector512<short> a, Vector512<short> b, bool fresh)
    {
        var first = Avx512BW.MultiplyAddAdjacent(a, Vector512<short>.One);
        var second = Avx512BW.MultiplyAddAdjacent(b, Vector512<short>.One);
        if (!fresh)
        {
            first += Vector512.Load(sums);
            second += Vector512.Load(sums + 16);
        }

        first.Store(sums);
        second.Store(sums + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(int* sums, Vector256<short> a, Vector256<short> b, bool fresh)
    {
        var first = Avx2.MultiplyAddAdjacent(a, Vector256<short>.One);
        var second = Avx2.MultiplyAddAdjacent(b, Vector256<short>.One);
        if (!fresh)
        {
            first += Vector256.Load(sums);
            second += Vector256.Load(sums + 8);
        }

        first.Store(sums);
        second.Store(sums + 8);
    }
}
