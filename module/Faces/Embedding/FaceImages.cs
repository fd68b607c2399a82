using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The aligned faces of folders of identities, as 8-bit planes of red, green and blue. Every file is read once at the
/// start, so that a broken one is named before anything is trained; the pixels stay in memory where half of what is
/// free takes them, else an image is read anew whenever it is wanted.
/// </summary>
internal sealed class FaceImages : ILabelledImages
{
    private const string Activity = "Reading faces";
    private const int Together = 256;

    // A crop of another size is scaled as Get-FaceFeature scales it.
    private readonly FaceFile[] _files;
    private readonly byte[]?[] _pixels;
    private readonly int[] _rows;

    private FaceImages(ImageShape shape, FaceFile[] files, byte[]?[] pixels, int[] rows) =>
        (Shape, _files, _pixels, _rows) = (shape, files, pixels, rows);

    /// <inheritdoc/>
    public ImageShape Shape { get; }

    /// <inheritdoc/>
    public int Count => _rows.Length;

    /// <summary>Whether the pixels are in memory.</summary>
    public bool IsInMemory => Array.TrueForAll(_pixels, pixels => pixels is not null);

    /// <summary>Reads the images.</summary>
    /// <param name="files">The files with their labels.</param>
    /// <param name="side">Rows and columns to which they are scaled; null for their own, which must be the same; else
    /// they are squares.</param>
    /// <param name="work">Threads, progress, cancellation.</param>
    /// <param name="freeBytes">What the pixels may take half of; what the machine has unless given.</param>
    /// <exception cref="InputException">
    /// <c>ImageSizeMismatch</c>: a file is of another size than the first; <c>CropShapeUnknown</c>: one to be scaled is
    /// no square; <c>ImageInvalid</c>, the ids of <see cref="PhotographFile"/>.
    /// </exception>
    public static FaceImages Read(IReadOnlyList<FaceFile> files, int? side, WorkContext work, long? freeBytes = null)
    {
        var first = PhotographFile.Read(files[0].Path);
        var shape = new ImageShape(Photograph.Channels, side ?? first.Height, side ?? first.Width);
        var keeps = (double)shape.Count * files.Count <= (freeBytes ?? MemoryPlan.FreeBytes) / 2.0;
        if (!keeps)
        {
            work.Verbose?.Invoke($"The {files.Count} faces do not fit into memory and are read whenever they are wanted.");
        }

        var pixels = new byte[]?[files.Count];
        for (var start = 0; start < files.Count; start += Together)
        {
            work.Report(Activity, start, files.Count);
            var (from, count) = (start, Math.Min(Together, files.Count - start));
            var faults = new InputException?[count];
            Parallel.For(0, count, work.Parallel, i =>
            {
                try
                {
                    var face = Crop(files[from + i].Path, side is null ? first : null, shape);
                    if (keeps) pixels[from + i] = face;
                }
                catch (InputException fault)
                {
                    faults[i] = fault;
                }
            });
            // The first by their order, whichever thread was first.
            if (Array.Find(faults, fault => fault is not null) is { } broken) throw broken;
        }

        return new FaceImages(shape, [.. files], pixels, [.. Enumerable.Range(0, files.Count)]);
    }

    /// <inheritdoc/>
    public int Label(int index) => _files[_rows[index]].Label;

    /// <inheritdoc/>
    public void CopyImage(int index, Span<float> target)
    {
        var pixels = Pixels(index);
        for (var i = 0; i < pixels.Length; i++) target[i] = pixels[i] / 255f;
    }

    /// <summary>The images at <paramref name="indices"/>, in that order; the pixels are shared.</summary>
    public FaceImages Select(IEnumerable<int> indices) =>
        new(Shape, _files, _pixels, [.. indices.Select(index => _rows[index])]);

    /// <summary>SHA-256 over the shape, the pixels and the labels, in order.</summary>
    public string Fingerprint(WorkContext work)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<int>([Shape.Channels, Shape.Height, Shape.Width, Count]));
        for (var i = 0; i < Count; i++)
        {
            work.ThrowIfCancelled();
            hash.AppendData(Pixels(i));
            hash.AppendData(MemoryMarshal.AsBytes<int>([Label(i)]));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private byte[] Pixels(int index)
    {
        var row = _rows[index];
        return _pixels[row] ?? Crop(_files[row].Path, null, Shape);
    }

    // Without a side that all are scaled to, all have the size of the first.
    private static byte[] Crop(string path, Photograph? first, ImageShape shape)
    {
        var photograph = PhotographFile.Read(path);
        if (first is not null && (photograph.Width != first.Width || photograph.Height != first.Height))
        {
            throw new InputException(
                ImageErrorIds.SizeMismatch, FaultKind.InvalidData,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{path}' is {photograph.Width} x {photograph.Height}; the first face is {first.Width} x {first.Height}. "
                    + $"Aligned faces are of one size, unless -ImageSize scales them."),
                path);
        }

        var crop = FaceCrop.FromAligned(photograph, shape.Height, shape.Width, path);
        return Array.ConvertAll(crop.Values, value => (byte)Math.Clamp(MathF.Round(value), byte.MinValue, byte.MaxValue));
    }
}

/// <summary>A file of a face.</summary>
/// <param name="Path">The file.</param>
/// <param name="Label">The number of its identity.</param>
internal readonly record struct FaceFile(string Path, int Label);
