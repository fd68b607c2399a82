namespace Thesis.Engine.Tomography;

/// <summary>PSNR = -10 log10(mean square difference) in dB, for images in [0, 1]; infinite for equal ones.</summary>
public static class PeakSignalToNoise
{
    /// <summary>Measures two images of one length.</summary>
    public static double Measure(ReadOnlySpan<double> image, ReadOnlySpan<double> truth)
    {
        if (image.Length != truth.Length || image.IsEmpty) throw new ArgumentException("The images differ in length.");
        var sum = 0.0;
        for (var i = 0; i < image.Length; i++) sum += (image[i] - truth[i]) * (image[i] - truth[i]);
        return -10 * Math.Log10(sum / image.Length);
    }
}
