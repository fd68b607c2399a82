using System.Numerics;
using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The gradient of an image by forward differences, 0 at the last row (down) and at the last column (right), and its
/// adjoint.
/// </summary>
internal sealed class ForwardDifferences(int rows, int columns)
{
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

    /// <summary>dual = project(dual + step grad image), pixel by pixel onto the disc of a radius.</summary>
    public void AscendAndProject(
        float[] image, float[] downDual, float[] rightDual, float step, float radius, WorkContext work) =>
        Parallel.For(0, rows, work.Parallel, i =>
        {
            var row = i * columns;
            var down = downDual.AsSpan(row, columns);
            var right = rightDual.AsSpan(row, columns);
            var here = image.AsSpan(row, columns);
            if (i + 1 < rows) Ascend(down, image.AsSpan(row + columns, columns), here, step);
            Ascend(right[..^1], here[1..], here[..^1], step);
            Project(down, right, radius);
        });

    /// <summary>image = grad^T dual.</summary>
    public void Adjoint(float[] downDual, float[] rightDual, float[] image, WorkContext work) =>
        Parallel.For(0, rows, work.Parallel, i =>
        {
            var row = i * columns;
            var target = image.AsSpan(row, columns);
            if (i > 0) downDual.AsSpan(row - columns, columns).CopyTo(target);
            else target.Clear();
            if (i + 1 < rows) TensorPrimitives.Subtract(target, downDual.AsSpan(row, columns), target);
            var right = rightDual.AsSpan(row, columns - 1);
            TensorPrimitives.Subtract(target[..^1], right, target[..^1]);
            TensorPrimitives.Add(target[1..], right, target[1..]);
        });

    // dual += step (next - here)
    private static void Ascend(Span<float> dual, ReadOnlySpan<float> next, ReadOnlySpan<float> here, float step)
    {
        TensorPrimitives.MultiplyAdd(next, step, dual, dual);
        TensorPrimitives.MultiplyAdd(here, -step, dual, dual);
    }

    private static void Project(Span<float> down, Span<float> right, float radius)
    {
        var j = 0;
        var radii = new Vector<float>(radius);
        for (; j <= down.Length - Vector<float>.Count; j += Vector<float>.Count)
        {
            var (d, r) = (new Vector<float>(down[j..]), new Vector<float>(right[j..]));
            var scale = radii / Vector.Max(radii, Vector.SquareRoot((d * d) + (r * r)));
            (d * scale).CopyTo(down[j..]);
            (r * scale).CopyTo(right[j..]);
        }

        for (; j < down.Length; j++)
        {
            var scale = radius / MathF.Max(radius, MathF.Sqrt((down[j] * down[j]) + (right[j] * right[j])));
            (down[j], right[j]) = (down[j] * scale, right[j] * scale);
        }
    }
}
