using System.Globalization;
using System.IO.Compression;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// The images of an npy or npy.gz file, (rows, columns) or (images, rows, columns), one after another: a stack of any
/// length takes the memory of one image, unless it is in Fortran order, where every image is spread over the whole file.
/// </summary>
public sealed class NpyImages : IDisposable
{
    private readonly Stream _stream;
    private readonly NpyHeader _header;
    private readonly string _source;
    private readonly byte[] _buffer;
    private byte[]? _spread;
    private int _next;

    private NpyImages(Stream stream, NpyHeader header, string source)
    {
        _stream = stream;
        _header = header;
        _source = source;
        _buffer = new byte[Rows * Columns * header.Element.Size];
    }

    /// <summary>The images in the file.</summary>
    public int Count => IsStack ? _header.Shape[0] : 1;

    /// <summary>Whether the file has three dimensions.</summary>
    public bool IsStack => _header.Shape.Length == 3;

    /// <summary>Rows of an image.</summary>
    public int Rows => _header.Shape[^2];

    /// <summary>Columns of an image.</summary>
    public int Columns => _header.Shape[^1];

    /// <summary>The element type.</summary>
    public NpyKind Kind => _header.Element.Kind;

    /// <summary>Opens a file; its header is read, and checked against its length.</summary>
    /// <exception cref="InputException">
    /// The faults of <see cref="NpyHeader"/>, <c>ImageShapeInvalid</c>, <c>ImageTooLarge</c>.
    /// </exception>
    public static NpyImages Open(string path)
    {
        var file = InputFile.Open(path);
        try
        {
            var packed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
            var limit = packed ? InputFile.UnpackedLimit(file.Length) : file.Length;
            var stream = packed ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
            return InputFile.Guard(path, () => Open(stream, limit, path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a stream that holds at most <paramref name="limit"/> bytes.</summary>
    internal static NpyImages Open(Stream stream, long limit, string source)
    {
        var header = NpyHeader.Read(stream, source);
        CheckShape(header, source);
        if (header.DataLength > limit - header.DataOffset) throw Truncated(header, source);
        return new NpyImages(stream, header, source);
    }

    /// <summary>Reads the next image as float32, row by row.</summary>
    /// <exception cref="InputException"><c>FeatureFileTruncated</c>, <c>FeatureFileTrailingBytes</c>.</exception>
    /// <exception cref="InvalidOperationException">All images were read.</exception>
    public float[] Next()
    {
        if (_next == Count) throw new InvalidOperationException("All images were read.");
        return InputFile.Guard(_source, () =>
        {
            if (_header.FortranOrder && IsStack) Gather(_spread ??= ReadWhole());
            else Fill(_buffer, isLast: _next == Count - 1);
            _next++;
            _header.Element.ToNative(_buffer);
            var values = Convert();
            return _header.FortranOrder ? NpyOrder.ToRowMajor(values, [Rows, Columns]) : values;
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static void CheckShape(NpyHeader header, string source)
    {
        var shape = header.Shape;
        if (shape.Length is not (2 or 3) || header.Count == 0 || header.Element.Kind == NpyKind.Unicode)
        {
            throw new InputException(
                ScanErrorIds.ImageShapeInvalid, FaultKind.InvalidData,
                $"'{source}' holds {header.Element.Kind} values of shape {header.ShapeText}; an image is "
                + "(rows, columns), a stack (images, rows, columns).", source);
        }

        if (Math.Max(shape[^1], shape[^2]) > DicomCtImage.MaximumSide)
        {
            throw new InputException(
                ScanErrorIds.ImageTooLarge, FaultKind.InvalidData,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{source}' has the shape {header.ShapeText}; up to {DicomCtImage.MaximumSide} a side are read."),
                source);
        }
    }

    private void Fill(byte[] target, bool isLast)
    {
        if (_stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
        {
            throw Truncated(_header, _source);
        }

        if (isLast && _stream.ReadByte() >= 0) throw Trailing();
    }

    private byte[] ReadWhole()
    {
        InputFile.RequireMemory(_header.DataLength, _source);
        if (_header.DataLength > Array.MaxLength)
        {
            throw new InputException(
                DataErrorIds.CountTooLarge, FaultKind.InvalidData,
                $"'{_source}' is a stack of {_header.DataLength} bytes in Fortran order, which is read at once; save it in C order.",
                _source);
        }

        var bytes = new byte[_header.DataLength];
        Fill(bytes, isLast: true);
        return bytes;
    }

    // The values of an image, its rows fastest: they lie as many elements apart as there are images.
    private void Gather(byte[] whole)
    {
        var size = _header.Element.Size;
        for (var i = 0; i < Rows * Columns; i++)
        {
            whole.AsSpan(((i * Count) + _next) * size, size).CopyTo(_buffer.AsSpan(i * size));
        }
    }

    private float[] Convert() => Kind switch
    {
        NpyKind.Float16 => Widen<Half>(),
        NpyKind.Float32 => MemoryMarshal.Cast<byte, float>(_buffer).ToArray(),
        NpyKind.Float64 => Widen<double>(),
        NpyKind.Int8 => Widen<sbyte>(),
        NpyKind.UInt8 => Widen<byte>(),
        NpyKind.Int16 => Widen<short>(),
        NpyKind.UInt16 => Widen<ushort>(),
        NpyKind.Int32 => Widen<int>(),
        NpyKind.UInt32 => Widen<uint>(),
        NpyKind.UInt64 => Widen<ulong>(),
        _ => Widen<long>(),
    };

    private float[] Widen<T>()
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        var values = new float[Rows * Columns];
        TensorPrimitives.ConvertTruncating<T, float>(MemoryMarshal.Cast<byte, T>(_buffer), values);
        return values;
    }

    private InputException Trailing() => new(
        DataErrorIds.TrailingBytes, FaultKind.InvalidData,
        $"'{_source}' goes on after the {_header.DataLength} bytes of its shape {_header.ShapeText}.", _source);

    private static InputException Truncated(NpyHeader header, string source) => new(
        DataErrorIds.Truncated, FaultKind.InvalidData,
        $"'{source}' is shorter than the {header.DataLength} bytes of its shape {header.ShapeText}.", source);
}
