namespace Thesis.Engine.Tomography;

/// <summary>
/// By how much the mean HU of each tissue has moved where nothing should have: far from the metal. A pixel's tissue is by
/// the source, smoothed by a Gaussian of 5 x 5 pixels and sigma 1, so that noise does not choose its own pixels.
/// </summary>
/// <param name="Lung">-950 to -600 HU; null for fewer than 20 pixels, like the others.</param>
/// <param name="Fat">-130 to -50 HU.</param>
/// <param name="SoftTissue">0 to 100 HU.</param>
/// <param name="Bone">300 to 2,000 HU.</param>
public sealed record TissueDrift(double? Lung, double? Fat, double? SoftTissue, double? Bone)
{
    private const int FewestPixels = 20;

    /// <summary>Measures the mean of image - source in each tissue.</summary>
    /// <param name="image">HU.</param>
    /// <param name="source">HU.</param>
    /// <param name="smoothSource">The smoothed source.</param>
    /// <param name="counts">Which pixels are measured.</param>
    internal static TissueDrift Measure(float[] image, float[] source, float[] smoothSource, bool[] counts)
    {
        return new TissueDrift(Of(-950, -600), Of(-130, -50), Of(0, 100), Of(300, 2000));

        double? Of(double least, double most)
        {
            var (sum, count) = (0.0, 0);
            for (var i = 0; i < image.Length; i++)
            {
                if (!counts[i] || smoothSource[i] < least || smoothSource[i] > most) continue;
                sum += (double)image[i] - source[i];
                count++;
            }

            return count < FewestPixels ? null : sum / count;
        }
    }
}
