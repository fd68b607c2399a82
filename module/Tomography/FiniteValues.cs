using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>Refuses slices and sinograms with NaN or infinity in them; one would spread over the whole image.</summary>
internal static class FiniteValues
{
    /// <summary>Refuses a slice.</summary>
    /// <exception cref="InputException"><c>ImageNotFinite</c>, with the index of the first such pixel as target.</exception>
    public static void Require(SliceImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (FirstNotFinite(image.Values) is not (>= 0 and var index)) return;
        throw new InputException(
            "ImageNotFinite", FaultKind.InvalidData,
            $"The pixel in row {index / image.Columns}, column {index % image.Columns} is not finite.", index);
    }

    /// <summary>Refuses a sinogram.</summary>
    /// <exception cref="InputException"><c>SinogramNotFinite</c>, with the index of the first such value as target.</exception>
    public static void Require(Sinogram sinogram)
    {
        ArgumentNullException.ThrowIfNull(sinogram);
        if (FirstNotFinite(sinogram.Values) is not (>= 0 and var index)) return;
        throw new InputException(
            "SinogramNotFinite", FaultKind.InvalidData,
            $"The value of view {index / sinogram.Bins}, bin {index % sinogram.Bins} is not finite.", index);
    }

    private static int FirstNotFinite(float[] values) =>
        TensorPrimitives.IsFiniteAll<float>(values) ? -1 : Array.FindIndex(values, value => !float.IsFinite(value));
}
