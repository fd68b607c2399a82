using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>A reduction that completes the sinogram; its image is the reconstruction of that.</summary>
internal interface ISinogramCompletion : IArtifactReduction
{
    /// <summary>The completed sinogram.</summary>
    CompletedSinogram Complete(CorruptedScan scan, WorkContext work);
}

/// <summary>
/// A completed sinogram, and an image that is there already: of a sinogram that differs from it in the metal trace alone.
/// FBP is linear, so an image is that one and the FBP of the difference, of which most is 0.
/// </summary>
/// <param name="Sinogram">The completed sinogram.</param>
/// <param name="Known">The image and its sinogram; null where there is none.</param>
internal sealed record CompletedSinogram(Sinogram Sinogram, ReducedScan? Known = null)
{
    /// <summary>The image of a sinogram that differs from the known one in the trace alone.</summary>
    /// <param name="sinogram">The sinogram.</param>
    /// <param name="pixels">The pixels that are wanted, [N, N]; null for all. The others are of no use.</param>
    /// <param name="tomograph">The operators.</param>
    /// <param name="work">Cancellation, threads.</param>
    public SliceImage Reconstruct(Sinogram sinogram, bool[]? pixels, Tomograph tomograph, WorkContext work)
    {
        if (ReferenceEquals(sinogram, Known?.Sinogram)) return Known.Image;
        // Continued views are not linear in what was measured.
        if (Known?.Sinogram is not { } known || tomograph.Options.Extrapolate) return Of(sinogram);
        var image = Of(Difference(sinogram, known));
        TensorPrimitives.Add<float>(image.Values, Known.Image.Values, image.Values);
        return image;

        SliceImage Of(Sinogram rays) => tomograph.Reconstruct(rays, pixels, work);
    }

    /// <summary>left - right.</summary>
    public static Sinogram Difference(Sinogram left, Sinogram right)
    {
        var values = new float[left.Values.Length];
        TensorPrimitives.Subtract<float>(left.Values, right.Values, values);
        return new Sinogram(values, left.Geometry);
    }
}
