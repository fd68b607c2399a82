using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Images of one shape with a class each. Pixels are stored as they come, 8-bit or float32, and given out as float32 in
/// [0, 1], channels first. A selection shares its pixels with what it was selected from.
/// </summary>
public sealed class LabelledImages : ILabelledImages
{
    private readonly byte[]? _bytes;
    private readonly float[]? _singles;
    private readonly int[] _rows;
    private readonly int[] _labels;

    /// <summary>Images of 8 bits a value; a value v stands for v / 255.</summary>
    /// <param name="shape">The shape of every image.</param>
    /// <param name="pixels">The values, image after image, channels first.</param>
    /// <param name="labels">A class for each image, 0 .. classes - 1.</param>
    /// <param name="classNames">The names of the classes.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <exception cref="InputException"><c>LabelCountMismatch</c>, <c>LabelOutOfRange</c>.</exception>
    public LabelledImages(
        ImageShape shape, byte[] pixels, int[] labels, IReadOnlyList<string> classNames, string source)
        : this(shape, classNames, source, labels, pixels.Length)
    {
        _bytes = pixels;
    }

    /// <summary>Images of float32 in [0, 1].</summary>
    /// <exception cref="InputException">
    /// <c>LabelCountMismatch</c>, <c>LabelOutOfRange</c>, <c>ImageValueOutOfRange</c>.
    /// </exception>
    public LabelledImages(
        ImageShape shape, float[] pixels, int[] labels, IReadOnlyList<string> classNames, string source)
        : this(shape, classNames, source, labels, pixels.Length)
    {
        _singles = pixels;
        // NaN fails the comparison, too.
        var strange = Array.FindIndex(pixels, value => !(value >= 0 && value <= 1));
        if (strange < 0) return;
        throw new InputException(
            ImageErrorIds.ValueOutOfRange, FaultKind.InvalidData,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Image {strange / shape.Count} of '{source}' has the value {pixels[strange]}; float images lie in [0, 1]."),
            strange / shape.Count);
    }

    private LabelledImages(
        ImageShape shape, IReadOnlyList<string> classNames, string source, int[] labels, int values)
    {
        (Shape, ClassNames, Source, _labels) = (shape, classNames, source, labels);
        if ((long)labels.Length * shape.Count != values)
        {
            throw new InputException(
                ImageErrorIds.LabelCountMismatch, FaultKind.InvalidData,
                $"'{source}' has {values / shape.Count} images of {shape} and {labels.Length} labels.", source);
        }

        var strange = Array.FindIndex(labels, label => label < 0 || label >= classNames.Count);
        if (strange >= 0)
        {
            throw new InputException(
                ImageErrorIds.LabelOutOfRange, FaultKind.InvalidData,
                $"Label {strange} of '{source}' is {labels[strange]}; the classes are 0 to {classNames.Count - 1}.", strange);
        }

        _rows = [.. Enumerable.Range(0, labels.Length)];
    }

    private LabelledImages(LabelledImages all, int[] rows, int[] labels, IReadOnlyList<string> classNames)
    {
        (Shape, ClassNames, Source) = (all.Shape, classNames, all.Source);
        (_bytes, _singles, _rows, _labels) = (all._bytes, all._singles, rows, labels);
    }

    /// <summary>The shape of every image.</summary>
    public ImageShape Shape { get; }

    /// <summary>The number of images.</summary>
    public int Count => _rows.Length;

    /// <summary>The names of the classes, by label.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Where the images come from.</summary>
    public string Source { get; }

    /// <inheritdoc/>
    public int Label(int index) => _labels[_rows[index]];

    /// <inheritdoc/>
    public void CopyImage(int index, Span<float> target)
    {
        var start = _rows[index] * Shape.Count;
        if (_singles is not null)
        {
            _singles.AsSpan(start, Shape.Count).CopyTo(target);
            return;
        }

        var image = target[..Shape.Count];
        TensorPrimitives.ConvertTruncating<byte, float>(_bytes.AsSpan(start, Shape.Count), image);
        TensorPrimitives.Divide(image, 255f, image);
    }

    /// <summary>The images at <paramref name="indices"/>, in that order.</summary>
    public LabelledImages Select(IEnumerable<int> indices) => OfRows([.. indices.Select(index => _rows[index])]);

    /// <summary>The images from <paramref name="start"/> on.</summary>
    /// <exception cref="InputException"><c>DatasetTooSmall</c>: there are fewer.</exception>
    public LabelledImages Slice(int start, int count)
    {
        if (start >= 0 && count >= 0 && count <= Count - start) return OfRows(_rows[start..(start + count)]);
        throw new InputException(
            ImageErrorIds.DatasetTooSmall, FaultKind.InvalidArgument,
            $"'{Source}' has {Count} images; {count} from image {start} on were asked for.", Source);
    }

    /// <summary>The same images, with class l numbered <paramref name="numbers"/>[l] of <paramref name="classNames"/>.</summary>
    public LabelledImages Renumber(IReadOnlyList<int> numbers, IReadOnlyList<string> classNames) =>
        new(this, _rows, Array.ConvertAll(_labels, label => numbers[label]), classNames);

    /// <summary>
    /// SHA-256 over the shape, the values as float32 and the labels, in order: what a run saw, whatever file it came from.
    /// </summary>
    public string Fingerprint(WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<int>([Shape.Channels, Shape.Height, Shape.Width, Count]));
        var image = new float[Shape.Count];
        for (var i = 0; i < Count; i++)
        {
            if ((i & 0xFF) == 0) work.ThrowIfCancelled();
            CopyImage(i, image);
            hash.AppendData(MemoryMarshal.AsBytes<float>(image));
            hash.AppendData(MemoryMarshal.AsBytes<int>([Label(i)]));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private LabelledImages OfRows(int[] rows) => new(this, rows, _labels, ClassNames);
}
