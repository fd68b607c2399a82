using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The adjoint of Joseph's sums for a scan of four quarters (<see cref="QuarterTurns"/>): the weights of a view's rays are
/// found once for the four that it becomes. A task owns eight rows of both planes and those that mirror them, among which
/// the turns of its rows lie.
/// </summary>
internal static unsafe class JosephTurnsKernel512
{
    // A tile's rows, and the rows that mirror them.
    private const int PairRows = 2 * JosephSegments.TileRows;

    private static ReadOnlySpan<int> Backwards => [15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0];

    /// <summary>Whether rows and their mirrors are whole tiles.</summary>
    public static bool Fits(int size) => size % PairRows == 0 && size % JosephSegments.TileColumns == 0;

    /// <summary>Adds up the rays in some rows of both planes, which become their sum.</summary>
    /// <param name="segments">The rays of the first quarter.</param>
    /// <param name="values">The values of all, turn by turn, as <see cref="JosephSegments.Order"/> orders them.</param>
    /// <param name="planes">The planes.</param>
    /// <param name="size">Rows and pixels a row.</param>
    /// <param name="first">The first of eight rows in the upper half.</param>
    /// <param name="work">Cancellation.</param>
    public static void Gather(
        JosephSegments segments, float* values, in ProjectionPlanes<float> planes, int size, int first, WorkContext work)
    {
        // Rows a power of two apart would share few places of a cache.
        var pitch = size + JosephSegments.TileColumns;
        var length = PairRows * pitch;
        using var scratch = new Scratch<float>(4 * length);
        fixed (float* sums = scratch.Values)
        {
            new Span<float>(sums, 4 * length).Clear();
            foreach (var transposed in (ReadOnlySpan<bool>)[false, true])
            {
                float* straight = sums + (transposed ? length : 0), other = sums + (transposed ? 0 : length);
                float* reversed = straight + (2 * length), otherReversed = other + (2 * length);
                foreach (var slot in (ReadOnlySpan<int>)[0, JosephSegments.TileRows])
                {
                    var (here, there) = (slot * pitch, (PairRows - 1 - slot) * pitch);
                    JosephTiles.Add<FourTurns>(
                        new JosephTile
                        {
                            Row = RowOf(slot, first, size), Rows = JosephSegments.TileRows, Sums = straight + here, Pitch = pitch, Values = values,
                            Turns = new JosephTurnSums(
                                other + there, (transposed ? 1 : 3) * segments.Length,
                                reversed + there, 2 * segments.Length,
                                otherReversed + here, (transposed ? 3 : 1) * segments.Length),
                        },
                        segments, size, transposed, work);
                }
            }

            foreach (var transposed in (ReadOnlySpan<bool>)[false, true])
            {
                for (var slot = 0; slot < PairRows; slot++)
                {
                    var at = ((transposed ? PairRows : 0) + slot) * pitch;
                    Join(sums + at, sums + (2 * length) + at, size, planes.Plane(transposed) + (RowOf(slot, first, size) * planes.Pitch) + 1);
                }
            }
        }
    }

    // The place of a row and that of its mirror are fifteen together.
    private static int RowOf(int slot, int first, int size) =>
        slot < JosephSegments.TileRows ? first + slot : size - first - PairRows + slot;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Join(float* straight, float* reversed, int size, float* line)
    {
        var backwards = Vector512.Create(Backwards);
        for (var column = 0; column < size; column += JosephSegments.TileColumns)
        {
            var turned = Vector512.Load(reversed + size - JosephSegments.TileColumns - column);
            (Vector512.Load(straight + column) + Avx512F.PermuteVar16x32(turned, backwards)).Store(line + column);
        }
    }

    private readonly struct FourTurns : IJosephSums
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Add(in JosephTile tile)
        {
            var crossing = new JosephTileCrossing(tile);
            var turns = tile.Turns;
            var (values, values2) = tile.Window(tile.Values);
            var (plainValues, plainValues2) = tile.Window(tile.Values + turns.PlainValues);
            var (halfValues, halfValues2) = tile.Window(tile.Values + turns.HalfValues);
            var (reversedValues, reversedValues2) = tile.Window(tile.Values + turns.ReversedValues);
            float* sums = tile.Sums + tile.Column, reversed = turns.Reversed + tile.Column;
            float* plain = turns.Plain + tile.Column, half = turns.Half + tile.Column;
            for (var row = 0; row < tile.Rows; row++)
            {
                var ray = crossing.Cross(row, out var places, out var places2);
                var (sum, plainSum) = (Vector512.Load(sums), Vector512.Load(plain));
                var (halfSum, reversedSum) = (Vector512.Load(half), Vector512.Load(reversed));
                for (var candidate = 0; candidate < crossing.Candidates; candidate++, ray += Vector512<int>.One)
                {
                    var weight = crossing.Weight(ray, places, places2);
                    sum = Avx512F.FusedMultiplyAdd(weight, Avx512F.PermuteVar16x32x2(values, ray, values2), sum);
                    plainSum = Avx512F.FusedMultiplyAdd(weight, Avx512F.PermuteVar16x32x2(plainValues, ray, plainValues2), plainSum);
                    halfSum = Avx512F.FusedMultiplyAdd(weight, Avx512F.PermuteVar16x32x2(halfValues, ray, halfValues2), halfSum);
                    reversedSum = Avx512F.FusedMultiplyAdd(weight, Avx512F.PermuteVar16x32x2(reversedValues, ray, reversedValues2), reversedSum);
                }

                sum.Store(sums);
                plainSum.Store(plain);
                halfSum.Store(half);
                reversedSum.Store(reversed);
                sums += tile.Pitch;
                plain -= tile.Pitch;
                half -= tile.Pitch;
                reversed += tile.Pitch;
            }
        }
    }
}
