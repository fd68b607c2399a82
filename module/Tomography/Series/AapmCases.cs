using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The cases that images are scored for, made when the first image of each comes: NMAR, by its defaults, of the image with
/// metal, by the sinogram and the trace beside it where New-MetalArtifact wrote them.
/// </summary>
/// <param name="loader">The geometry of images without a sinogram.</param>
/// <param name="unit">The unit of npy images.</param>
public sealed class AapmCases(ScanLoader loader, PixelUnit unit)
{
    // The methods of a slice come one after the other.
    private const int MostKept = 8;

    private readonly List<(string Key, AapmCase Case)> _kept = [];

    /// <summary>The case of an image with metal.</summary>
    /// <param name="truth">The true image, 1/cm.</param>
    /// <param name="truthPath">Its file.</param>
    /// <param name="source">The file of the image with metal, and the place in a stack.</param>
    /// <param name="maskPath">The metal; null for what is above the threshold.</param>
    /// <param name="detection">The threshold.</param>
    /// <param name="work">Cancellation, threads, warnings.</param>
    /// <exception cref="InputException">A fault of a file, of the metal, or of NMAR.</exception>
    public AapmCase Of(
        SliceImage truth, string truthPath, (string Path, int? Index) source, string? maskPath, MetalDetection detection, WorkContext work)
    {
        var key = string.Join('\n', truthPath, source.Path, source.Index, maskPath);
        var known = _kept.Find(one => one.Key == key).Case;
        if (known is not null) return known;
        var made = Make(truth, source, maskPath, detection, work);
        if (_kept.Count == MostKept) _kept.RemoveAt(0);
        _kept.Add((key, made));
        return made;
    }

    private AapmCase Make(
        SliceImage truth, (string Path, int? Index) source, string? maskPath, MetalDetection detection, WorkContext work)
    {
        var slice = CtFile.ReadAt(source.Path, source.Index, work);
        var mask = maskPath is null ? null : MaskFile.ReadAt(maskPath, source.Index);
        var (sinogram, trace) = source.Index is null ? SinogramBeside(source.Path) : (null, null);
        var scan = loader.Load(new ScanInput(slice, mask, sinogram, trace), unit, detection, work);
        var normalized = new ArtifactReducer(ArtifactReducer.MethodOf("nmar")).Reduce(scan, work).Image;
        return new AapmCase(truth, SliceConversion.ToExact(slice, unit), scan.Metal, normalized);
    }

    private static (string? Sinogram, string? Trace) SinogramBeside(string path)
    {
        var files = new MetalArtifactFiles(Path.Combine(Path.GetDirectoryName(path)!, CtFile.NameOf(path)));
        if (!File.Exists(files.Sinogram) || !File.Exists(SinogramFile.GeometryPathOf(files.Sinogram))) return (null, null);
        return (files.Sinogram, File.Exists(files.Trace) ? files.Trace : null);
    }
}
