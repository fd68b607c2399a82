using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Sinograms as npy or npy.gz files (views x bins, line integrals without unit), with their geometry beside them in
/// <c>NAME.json</c>; metal traces as npy, 0 and 1.
/// </summary>
public static class SinogramFile
{
    // Far beyond what any ray can meet; larger values would overflow in the filter.
    private const float LargestIntegral = 1e6f;

    /// <summary>The file of a sinogram's geometry.</summary>
    public static string GeometryPathOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Path.Combine(Path.GetDirectoryName(path) ?? "", CtFile.NameOf(path) + ".json");
    }

    /// <summary>Reads a sinogram.</summary>
    /// <param name="path">The file.</param>
    /// <param name="geometry">Which rays it is of; null reads the file beside it.</param>
    /// <exception cref="InputException">
    /// <c>SinogramShapeMismatch</c>, <c>SinogramNotFinite</c>, <c>SinogramOutOfRange</c>, or a fault of a file.
    /// </exception>
    public static Sinogram Read(string path, ScanGeometry? geometry = null)
    {
        geometry ??= ScanGeometryFile.Read(GeometryPathOf(path));
        var values = ReadRows(path, geometry, "sinogram");
        var index = Array.FindIndex(values, value => !(Math.Abs(value) <= LargestIntegral));
        if (index < 0) return new Sinogram(values, geometry);
        var place = string.Create(
            CultureInfo.InvariantCulture, $"The value of view {index / geometry.Bins}, bin {index % geometry.Bins} of '{path}'");
        throw float.IsFinite(values[index])
            ? new InputException(
                "SinogramOutOfRange", FaultKind.InvalidData,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{place} is {values[index]}; line integrals of attenuation stay within {LargestIntegral}."),
                path)
            : new InputException("SinogramNotFinite", FaultKind.InvalidData, $"{place} is not finite.", path);
    }

    /// <summary>Reads a metal trace: what is not 0 saw metal.</summary>
    /// <exception cref="InputException"><c>SinogramShapeMismatch</c>, or a fault of the file.</exception>
    public static MetalTrace ReadTrace(string path, ScanGeometry geometry) =>
        new(Array.ConvertAll(ReadRows(path, geometry, "metal trace"), value => value != 0), geometry);

    /// <summary>Writes a sinogram, and its geometry after it.</summary>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public static void Write(string path, Sinogram sinogram, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(sinogram);
        AtomicFile.Write(
            path, stream => NpyFile.Write<float>(stream, sinogram.Values, sinogram.Views, sinogram.Bins), overwrite);
        AtomicFile.Write(
            GeometryPathOf(path), stream => ScanGeometryFile.Write(stream, sinogram.Geometry), overwrite);
    }

    /// <summary>Writes a metal trace.</summary>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public static void Write(string path, MetalTrace trace, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var values = Array.ConvertAll(trace.Values, metal => metal ? (byte)1 : (byte)0);
        AtomicFile.Write(
            path, stream => NpyFile.Write<byte>(stream, values, trace.Geometry.Views, trace.Geometry.Bins), overwrite);
    }

    private static float[] ReadRows(string path, ScanGeometry geometry, string what)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        using var images = NpyImages.Open(path);
        if (!images.IsStack && images.Rows == geometry.Views && images.Columns == geometry.Bins) return images.Next();
        throw new InputException(
            ScanErrorIds.SinogramShapeMismatch, FaultKind.InvalidData,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The {what} '{path}' has {images.Rows} views and {images.Columns} bins"
                + $"{(images.IsStack ? " in a stack" : "")}; the geometry has {geometry.Views} and {geometry.Bins}."),
            path);
    }
}
