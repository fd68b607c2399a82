using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>How well projection and filtered backprojection alone give an image back: what a geometry costs it.</summary>
public static class ReprojectionFidelity
{
    /// <summary>
    /// The root mean square difference in HU between an image and the reconstruction of its projection, in the circle that
    /// the image holds, what is above <see cref="CorruptedScan.DefaultThreshold"/> left out.
    /// </summary>
    /// <param name="image">Attenuation, 1/cm, square.</param>
    /// <param name="tomograph">The operators of the geometry.</param>
    /// <param name="work">Cancellation, threads.</param>
    public static double Measure(SliceImage image, Tomograph tomograph, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(tomograph);
        var again = tomograph.Reconstruct(tomograph.Project(image, work), work);
        var metal = HounsfieldScale.ToAttenuation(CorruptedScan.DefaultThreshold);
        var (centre, radius) = (0.5 * (image.Columns - 1), 0.5 * image.Columns);
        var (sum, count) = (0.0, 0);
        for (var row = 0; row < image.Rows; row++)
        {
            for (var column = 0; column < image.Columns; column++)
            {
                var (x, y) = (column - centre, row - centre);
                if ((x * x) + (y * y) > radius * radius || image[row, column] > metal) continue;
                var difference = (double)again[row, column] - image[row, column];
                sum += difference * difference;
                count++;
            }
        }

        return count == 0 ? 0 : Math.Sqrt(sum / count) / HounsfieldScale.WaterAttenuation * 1000;
    }
}
