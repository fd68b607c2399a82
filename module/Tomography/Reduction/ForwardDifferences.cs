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
    public void AscendAndProject(ReadOnlySpan<float> image, Span<float> downDual, Span<float> rightDual, float step, float radius)
    {
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var at = (i * columns) + j;
                var down = downDual[at] + (i + 1 < rows ? step * (image[at + columns] - image[at]) : 0);
                var right = rightDual[at] + (j + 1 < columns ? step * (image[at + 1] - image[at]) : 0);
                var scale = radius / MathF.Max(radius, MathF.Sqrt((down * down) + (right * right)));
                downDual[at] = down * scale;
                rightDual[at] = right * scale;
            }
        }
    }

    /// <summary>image += grad^T dual.</summary>
    public void AddAdjoint(ReadOnlySpan<float> downDual, ReadOnlySpan<float> rightDual, Span<float> image)
    {
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var at = (i * columns) + j;
                if (i + 1 < rows)
                {
                    image[at] -= downDual[at];
                    image[at + columns] += downDual[at];
                }

                if (j + 1 < columns)
                {
                    image[at] -= rightDual[at];
                    image[at + 1] += rightDual[at];
                }
            }
        }
    }
}
