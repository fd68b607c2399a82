using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>A slice and the files that go with it: nothing more for a clinical image, all for a simulated one.</summary>
/// <param name="Slice">The image.</param>
/// <param name="Mask">The metal; null for what is above a threshold.</param>
/// <param name="SinogramPath">The measured sinogram; null for the image's projection.</param>
/// <param name="TracePath">The metal trace of the sinogram; null for the projection of the metal.</param>
public sealed record ScanInput(CtSlice Slice, PixelMask? Mask = null, string? SinogramPath = null, string? TracePath = null)
{
    /// <summary>Its metal where that was found in the volume; null where a mask or the slice alone says it.</summary>
    public VolumeMetal? Volume { get; init; }

    /// <summary>The geometry of its scan: that of its sinogram or, for an image alone, the one chosen.</summary>
    /// <param name="chosen">The geometry that images are projected in.</param>
    /// <exception cref="InputException">A fault of the sinogram's geometry file.</exception>
    public ScanGeometry GeometryOf(GeometryChoice chosen) => SinogramPath is null
        ? chosen.For(Slice)
        : ScanGeometryFile.Read(SinogramFile.GeometryPathOf(SinogramPath));

    /// <summary>SHA-256, in hexadecimal, of all that is reduced: pixels, mask, sinogram and trace.</summary>
    /// <exception cref="InputException">A file cannot be opened.</exception>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<float>(Slice.Values));
        var mask = Mask?.Values ?? Volume?.Metal.Values;
        var pixels = mask is null ? null : MemoryMarshal.AsBytes<bool>(mask).ToArray();
        foreach (var part in new[] { pixels, HashOf(SinogramPath), HashOf(TracePath) })
        {
            hash.AppendData([part is null ? (byte)0 : (byte)1]);
            if (part is not null) hash.AppendData(part);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[]? HashOf(string? path) =>
        path is null ? null : Convert.FromHexString(InputFile.Sha256(path, WorkContext.Default));
}

/// <summary>
/// Makes scans of slices, from several threads at once. The operators of a geometry are made once and kept, for the sizes of
/// image that a series has.
/// </summary>
/// <param name="geometry">The geometry that images without a sinogram are projected in.</param>
/// <param name="options">How sinograms become images.</param>
public sealed class ScanLoader(GeometryChoice geometry, ReconstructionOptions? options = null)
{
    private const int MostTomographs = 4;

    private readonly Dictionary<(ScanGeometry Geometry, bool IsMeasured), Tomograph> _tomographs = [];
    private readonly HashSet<ScanGeometry> _explained = [];

    /// <summary>The operators of the loader's geometry for a slice.</summary>
    public Tomograph TomographOf(CtSlice slice) => TomographOf(geometry.For(slice));

    /// <summary>
    /// Says, of a geometry that a slice's file states and once of each: what was read, what is assumed, and how well
    /// projection and filtered backprojection alone give the slice back.
    /// </summary>
    /// <param name="slice">The slice.</param>
    /// <param name="image">Its image.</param>
    /// <param name="work">Is warned.</param>
    public void Explain(CtSlice slice, SliceImage image, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(slice);
        ArgumentNullException.ThrowIfNull(work);
        if (!geometry.IsAuto) return;
        var scanner = ScannerGeometry.Of(slice);
        lock (_explained)
        {
            if (!_explained.Add(scanner.Geometry)) return;
        }

        var error = ReprojectionFidelity.Measure(image, TomographOf(scanner.Geometry), work);
        work.Warning?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"Geometry of {slice.Description}: {scanner.Sentence}. Projection and filtered backprojection alone give it back "
            + $"within {error:0.#} HU (RMSE in the field of view, metal left out)."));
    }

    /// <summary>Makes the scan of a slice.</summary>
    /// <param name="input">The slice and its files.</param>
    /// <param name="unit">The unit of npy images.</param>
    /// <param name="detection">How metal is found where no mask is given.</param>
    /// <param name="work">Cancellation, threads, warnings.</param>
    /// <exception cref="InputException">A fault of the image, the mask or a file.</exception>
    public CorruptedScan Load(ScanInput input, PixelUnit unit, MetalDetection detection, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(detection);
        var (image, padding) = SliceConversion.ToScan(input.Slice, unit);
        var metal = input.Mask is null
            ? input.Volume?.Metal ?? detection.Find(image)
            : detection.Widen(SliceConversion.ToMask(input.Mask, input.Slice));
        MetalCoverage.Require(metal, input.Slice.Description);
        MetalPlausibility.WarnOfShare(image, metal, input.Slice.Description, work);
        if (input.SinogramPath is null) Explain(input.Slice, image, work);
        var scan = input.SinogramPath is null
            ? CorruptedScan.FromImage(image, TomographOf(input.Slice), metal, padding, work)
            : Measured(input, image, metal, padding, work);
        FieldOfView.WarnOfMetal(scan, input.Slice.Description, work);
        return scan;
    }

    /// <summary>The image of a measured sinogram; warns where its views end within the body and are not continued.</summary>
    /// <param name="sinogram">Line integrals.</param>
    /// <param name="description">What it is, for the warning.</param>
    /// <param name="work">Cancellation, threads, warnings.</param>
    public SliceImage Reconstruct(Sinogram sinogram, string description, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(sinogram);
        ArgumentNullException.ThrowIfNull(work);
        var tomograph = TomographOf(sinogram.Geometry, isMeasured: true);
        FieldOfView.WarnOfTruncation(sinogram, tomograph.Options, description, work);
        return tomograph.Reconstruct(sinogram, work);
    }

    private CorruptedScan Measured(ScanInput input, SliceImage image, MetalMask metal, PaddingMask padding, WorkContext work)
    {
        var sinogram = SinogramFile.Read(input.SinogramPath!);
        var tomograph = TomographOf(sinogram.Geometry, isMeasured: true);
        FieldOfView.WarnOfTruncation(sinogram, tomograph.Options, $"'{input.SinogramPath}'", work);
        var trace = input.TracePath is null
            ? MetalTrace.Of(metal, tomograph, work)
            : SinogramFile.ReadTrace(input.TracePath, sinogram.Geometry);
        return new CorruptedScan(tomograph, sinogram, image, metal, trace) { Padding = padding };
    }

    /// <summary>The operators of a geometry.</summary>
    /// <param name="wanted">The geometry.</param>
    /// <param name="isMeasured">
    /// Whether sinograms were measured, and may end within the body; the projection of an image has all that the image has.
    /// </param>
    public Tomograph TomographOf(ScanGeometry wanted, bool isMeasured = false)
    {
        var chosen = options ?? new ReconstructionOptions();
        var key = (wanted, isMeasured && chosen.Extrapolate);
        lock (_tomographs)
        {
            if (_tomographs.TryGetValue(key, out var known)) return known;
            if (_tomographs.Count == MostTomographs) _tomographs.Clear();
            return _tomographs[key] = new Tomograph(wanted, chosen with { Extrapolate = key.Item2 });
        }
    }
}
