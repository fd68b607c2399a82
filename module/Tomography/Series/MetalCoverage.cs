using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>Refuses metal that leaves nothing of an image.</summary>
internal static class MetalCoverage
{
    /// <summary>Refuses it.</summary>
    /// <exception cref="InputException"><c>MetalFillsImage</c>.</exception>
    public static void Require(MetalMask metal, string description)
    {
        if (metal.PixelCount < metal.Values.Length) return;
        throw new InputException(
            "MetalFillsImage", FaultKind.InvalidData, $"Every pixel of {description} is metal, so nothing is left.", description);
    }
}
