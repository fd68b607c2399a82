using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The gradient of an image by forward differences, 0 at the last row (down) and at the last column (right), and its
/// adjoint.
/// </summary>
internal sealed class ForwardDifferences(int rows, int columns)
{
    private const int BlockRows = 16;

    /// <summary>The isotropic total variation: the sum of the gradient's lengths.</summary>
    public double Variation(ReadOnlySpan<float> image)
    {
        var sum = 0.0;
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var at = (i * columns) + j;
                double down = i + 1 < rows ? image[at + columns] - image[at] : 0;
                double right = j + 1 < columns ? image[at + 1] - image[at] : 0;
                sum += Math.Sqrt((down * down) + (right * right));
            }
        }

        return sum;
    }

    /// <summary>
    /// One step of the dual (down, right) of the gradient, pixel by pixel onto the disc of a radius, and what it pulls:
    /// <code>next = project(dual + step grad image),   pull = grad^T (next - dual)</code>
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="dual">The dual; becomes the next one.</param>
    /// <param name="pull">What it pulls.</param>
    /// <param name="step">The length of the step.</param>
    /// <param name="radius">The radius.</param>
    /// <param name="work">Cancellation, threads.</param>
    public void Ascend(float[] image, GradientField dual, float[] pull, float step, float radius, WorkContext work)
    {
        var blocks = (rows + BlockRows - 1) / BlockRows;

        // A block needs the change of the row above it, which another one makes: all of them first, before any is written.
        using var borders = new Scratch<float>(blocks * columns);
        Parallel.For(0, blocks, work.Parallel, block =>
        {
            var above = borders.Values.AsSpan(block * columns, columns);
            if (block == 0)
            {
                above.Clear();
                return;
            }

            using var scratch = new Scratch<float>(3 * columns);
            var lines = scratch.Values.AsSpan(0, 3 * columns);
            var down = lines[..columns];
            var right = lines.Slice(columns, columns);
            var row = (block * BlockRows) - 1;
            dual.Down.AsSpan(row * columns, columns).CopyTo(down);
            dual.Right.AsSpan(row * columns, columns).CopyTo(right);
            Ascend(row, image, down, right, step, radius, above, lines[(2 * columns)..]);
        });
        Parallel.For(0, blocks, work.Parallel, block =>
        {
            using var scratch = new Scratch<float>(2 * columns);
            var down = scratch.Values.AsSpan(0, columns);
            var right = scratch.Values.AsSpan(columns, columns);
            var above = borders.Values.AsSpan(block * columns, columns);
            for (var row = block * BlockRows; row < Math.Min(rows, (block + 1) * BlockRows); row++)
            {
                var at = row * columns;
                Ascend(row, image, dual.Down.AsSpan(at, columns), dual.Right.AsSpan(at, columns), step, radius, down, right);
                Pull(above, down, right, pull.AsSpan(at, columns));
                down.CopyTo(above);
            }
        });
    }

    // The dual of a row in its place, and its change.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Ascend(
        int row, float[] image, Span<float> down, Span<float> right, float step, float radius, Span<float> downChange, Span<float> rightChange)
    {
        var here = image.AsSpan(row * columns, columns);
        var below = row + 1 < rows ? image.AsSpan((row + 1) * columns, columns) : here;
        var (steps, radii) = (new Vector<float>(step), new Vector<float>(radius));
        var j = 0;
        for (; j < columns - Vector<float>.Count; j += Vector<float>.Count)
        {
            var pixel = new Vector<float>(here[j..]);
            var (d, r) = (new Vector<float>(down[j..]), new Vector<float>(right[j..]));
            var movedDown = d + (steps * (new Vector<float>(below[j..]) - pixel));
            var movedRight = r + (steps * (new Vector<float>(here[(j + 1)..]) - pixel));
            var scale = radii / Vector.MaxNative(radii, Vector.SquareRoot((movedDown * movedDown) + (movedRight * movedRight)));
            (movedDown, movedRight) = (movedDown * scale, movedRight * scale);
            movedDown.CopyTo(down[j..]);
            movedRight.CopyTo(right[j..]);
            (movedDown - d).CopyTo(downChange[j..]);
            (movedRight - r).CopyTo(rightChange[j..]);
        }

        for (; j < columns; j++)
        {
            var (d, r) = (down[j], right[j]);
            var movedDown = d + (step * (below[j] - here[j]));
            var movedRight = r + (j + 1 < columns ? step * (here[j + 1] - here[j]) : 0);
            var scale = radius / MathF.Max(radius, MathF.Sqrt((movedDown * movedDown) + (movedRight * movedRight)));
            (down[j], right[j]) = (movedDown * scale, movedRight * scale);
            (downChange[j], rightChange[j]) = (down[j] - d, right[j] - r);
        }
    }

    // grad^T of a field, in a row.
    private static void Pull(ReadOnlySpan<float> above, ReadOnlySpan<float> down, ReadOnlySpan<float> right, Span<float> target)
    {
        TensorPrimitives.Subtract(above, down, target);
        TensorPrimitives.Subtract(target, right, target);
        TensorPrimitives.Add(target[1..], right[..^1], target[1..]);
    }
}

/// <summary>A value down and one to the right for every pixel.</summary>
internal sealed class GradientField(int pixels)
{
    /// <summary>Downward, 0 in the last row.</summary>
    public float[] Down { get; } = new float[pixels];

    /// <summary>To the right, 0 in the last column.</summary>
    public float[] Right { get; } = new float[pixels];
}
