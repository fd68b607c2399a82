using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>The files of a simulated case: images in HU as npy, sinograms with their geometry, the mask as PNG.</summary>
/// <param name="stem">The path that all begin with.</param>
public sealed class MetalArtifactFiles(string stem)
{
    /// <summary>The image with artifacts.</summary>
    public string Image => stem + ".npy";

    /// <summary>The image without.</summary>
    public string Truth => stem + ".truth.npy";

    /// <summary>The metal.</summary>
    public string Mask => stem + ".mask.png";

    /// <summary>The sinogram with metal.</summary>
    public string Sinogram => stem + ".sinogram.npy";

    /// <summary>The metal trace.</summary>
    public string Trace => stem + ".trace.npy";

    /// <summary>The sinogram without metal.</summary>
    public string TruthSinogram => stem + ".truth.sinogram.npy";

    /// <summary>Every file.</summary>
    public string[] All =>
    [
        Image, Truth, Mask, Sinogram, SinogramFile.GeometryPathOf(Sinogram), Trace, TruthSinogram,
        SinogramFile.GeometryPathOf(TruthSinogram),
    ];

    /// <summary>Writes all, the image last.</summary>
    public void Write(SimulatedScan scan, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(scan);
        var corrupted = scan.Corrupted;
        var mask = new PixelMask(corrupted.Metal.Values, corrupted.Metal.Rows, corrupted.Metal.Columns, Mask);
        AtomicFile.Write(Mask, stream => MaskFile.Write(stream, mask), overwrite);
        SinogramFile.Write(Sinogram, corrupted.Sinogram, overwrite);
        SinogramFile.Write(Trace, corrupted.Trace, overwrite);
        SinogramFile.Write(TruthSinogram, scan.TrueSinogram, overwrite);
        WriteImage(Truth, scan.TrueImage, overwrite);
        WriteImage(Image, corrupted.Image, overwrite);
    }

    private static void WriteImage(string path, SliceImage image, bool overwrite) => CtFile.Write(
        path, SliceConversion.ToHounsfield(image), image.Rows, image.Columns, CtFormat.Npy, overwrite);
}
