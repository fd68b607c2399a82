using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The product of two sets of codes, L R^T, handed out row by row: what <see cref="BlockProduct"/> gives, but for the errors
/// of the codes.
/// </summary>
internal static unsafe class CodedProduct
{
    /// <summary>Hands out each row i of L R^T, <c>values[j] = a_i a_j q_i . q_j + o_i + o_j</c>.</summary>
    /// <param name="left">The codes of L.</param>
    /// <param name="right">The codes of R, of the same length, few enough to stay in the second cache.</param>
    /// <param name="activity">What the progress bar says.</param>
    /// <param name="context">Cancellation, progress, threads.</param>
    /// <param name="take">Called once a row, from several threads.</param>
    public static void ForEachRow(
        CodedRows left, CodedRows right, string activity, WorkContext context, ProductRow take)
    {
        using var packed = new PackedCodes(right, right.Panels);
        packed.Pack(0, right.Panels);
        var done = 0;
        RowParallel.For(left.Panels, context, () => new Lines(right), (panel, lines) =>
        {
            context.ThrowIfCancelled();
            for (var row = 0; row < CodedRows.PanelWidth; row += ByteTile.Rows)
            {
                lines.Multiply(packed, left, panel, row);
                var first = (panel * CodedRows.PanelWidth) + row;
                for (var r = 0; r < ByteTile.Rows && first + r < left.Count; r++) take(first + r, lines.Line(r));
            }

            context.Report(activity, Interlocked.Increment(ref done), left.Panels);
        });
    }

    // The products of eight rows with all of R.
    private sealed class Lines(CodedRows right)
    {
        private readonly int[] _sums = new int[ByteTile.Rows * ByteTile.Columns];
        private readonly float[] _products = new float[ByteTile.Rows * right.Panels * ByteTile.Columns];

        public Span<float> Line(int row) => _products.AsSpan(row * right.Panels * ByteTile.Columns, right.Count);

        public void Multiply(PackedCodes packed, CodedRows left, int panel, int row)
        {
            fixed (int* sums = _sums)
            {
                for (var p = 0; p < right.Panels; p++)
                {
                    packed.Multiply(left, panel, row, p, sums);
                    var first = (panel * CodedRows.PanelWidth) + row;
                    Scale(left.Steps.Slice(first, ByteTile.Rows), left.Offsets.Slice(first, ByteTile.Rows), p, sums);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Scale(ReadOnlySpan<float> own, ReadOnlySpan<float> ownOffsets, int panel, int* sums)
        {
            fixed (float* steps = right.Steps, offsets = right.Offsets, products = _products)
            {
                for (var column = 0; column < ByteTile.Columns; column += Vector512<float>.Count)
                {
                    var at = (panel * ByteTile.Columns) + column;
                    var (all, allOffsets) = (Vector512.Load(steps + at), Vector512.Load(offsets + at));
                    for (var r = 0; r < ByteTile.Rows; r++)
                    {
                        var line = Vector512.ConvertToSingle(Vector512.Load(sums + (r * ByteTile.Columns) + column));
                        var offset = allOffsets + Vector512.Create(ownOffsets[r]);
                        Vector512.FusedMultiplyAdd(line, all * own[r], offset).Store(products + (r * right.Panels * ByteTile.Columns) + at);
                    }
                }
            }
        }
    }
}
