using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Convolves images by an even kernel that is given by its frequency response, y = F x, in two dimensional Hartley transforms
/// (Bracewell 1983): an even response has the same effect on them as on Fourier's, and they stay real. The image lies in the
/// corner of a torus whose sides are powers of two, zero elsewhere. F is symmetric, and positive where the response is.
/// </summary>
internal sealed class HartleyFilter
{
    // Lines that are transformed together, as vectors: with 1,024 places they fill half of a second-level cache.
    private const int Lines = 16;

    private readonly int _rows;
    private readonly int _columns;
    private readonly HartleyTransform _down;
    private readonly HartleyTransform _across;

    // By rows and then by columns, in the orders of the transforms; 1 / (length of both) is in it.
    private readonly float[] _response;

    /// <summary>Creates a filter.</summary>
    /// <param name="rows">Rows of the images.</param>
    /// <param name="columns">Their columns.</param>
    /// <param name="response">The response to a frequency down and one across, in cycles a pixel, 0 to .5 each.</param>
    public HartleyFilter(int rows, int columns, Func<double, double, double> response)
    {
        (_rows, _columns) = (rows, columns);
        (_down, _across) = (new HartleyTransform(Padded(rows)), new HartleyTransform(Padded(columns)));
        _response = new float[_down.Length * _across.Length];
        for (var i = 0; i < _down.Length; i++)
        {
            for (var j = 0; j < _across.Length; j++)
            {
                _response[(i * _across.Length) + j] =
                    (float)(response(_down.Frequency(i), _across.Frequency(j)) / _response.Length);
            }
        }
    }

    /// <summary>filtered = F image; both may be the same array.</summary>
    /// <param name="image">The image.</param>
    /// <param name="filtered">What becomes of it.</param>
    /// <param name="work">Cancellation, threads.</param>
    /// <param name="prepare">Makes values of the image, from a first one so many, before they are read; every value is asked for once.</param>
    /// <param name="finish">Is told of values that are done, in the same way.</param>
    public void Apply(
        float[] image, float[] filtered, WorkContext work, Action<int, int>? prepare = null, Action<int, int>? finish = null)
    {
        // The transforms of the rows; rows a power of two apart would share few places of a cache.
        var pitch = _across.Length + Lines;
        using var rented = new Scratch<float>(_rows * pitch);
        var across = rented.Values;
        ForEachBlock(_rows, _across.Length, work, (first, count, lines) =>
        {
            prepare?.Invoke(first * _columns, count * _columns);
            if (count < Lines) lines.Clear();
            else lines[(_columns * Lines)..].Clear();
            Transpose(image.AsSpan(first * _columns), _columns, lines, Lines, count, _columns);
            _across.Forward(lines, Lines);
            Transpose(lines, Lines, across.AsSpan(first * pitch), pitch, _across.Length, count);
        });
        ForEachBlock(_across.Length, _down.Length, work, (first, count, lines) =>
        {
            if (count < Lines) lines.Clear();
            else lines[(_rows * Lines)..].Clear();
            for (var row = 0; row < _rows; row++) Copy(across.AsSpan((row * pitch) + first, count), lines.Slice(row * Lines, count));
            _down.Forward(lines, Lines);
            Respond(lines, first, count);
            _down.Backward(lines, Lines);
            for (var row = 0; row < _rows; row++) Copy(lines.Slice(row * Lines, count), across.AsSpan((row * pitch) + first, count));
        });
        ForEachBlock(_rows, _across.Length, work, (first, count, lines) =>
        {
            Transpose(across.AsSpan(first * pitch), pitch, lines, Lines, count, _across.Length);
            _across.Backward(lines, Lines);
            Transpose(lines, Lines, filtered.AsSpan(first * _columns), _columns, _columns, count);
            finish?.Invoke(first * _columns, count * _columns);
        });
    }

    private delegate void Block(int first, int count, Span<float> lines);

    private static int Padded(int length) => Math.Max(2, (int)BitOperations.RoundUpToPowerOf2((uint)length));

    // The first of some lines, how many there are, and room for the places of sixteen.
    private static void ForEachBlock(int lines, int places, WorkContext work, Block run) =>
        Parallel.For(0, (lines + Lines - 1) / Lines, work.Parallel, block =>
        {
            using var scratch = new Scratch<float>(places * Lines);
            run(block * Lines, Math.Min(Lines, lines - (block * Lines)), scratch.Values.AsSpan(0, places * Lines));
        });

    private void Respond(Span<float> lines, int first, int count)
    {
        for (var row = 0; row < _down.Length; row++)
        {
            var line = lines.Slice(row * Lines, count);
            TensorPrimitives.Multiply(line, _response.AsSpan((row * _across.Length) + first, count), line);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(ReadOnlySpan<float> source, Span<float> target)
    {
        if (source.Length < Lines)
        {
            source.CopyTo(target);
            return;
        }

        for (var i = 0; i < Lines; i += Vector<float>.Count) new Vector<float>(source[i..]).CopyTo(target[i..]);
    }

    // to[column, row] = from[row, column].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Transpose(ReadOnlySpan<float> from, int fromPitch, Span<float> to, int toPitch, int rows, int columns)
    {
        fixed (float* source = from, target = to)
        {
            var isTiled = Avx.IsSupported && rows % Tile8.Side == 0 && columns % Tile8.Side == 0;
            for (var row = 0; row < rows; row += isTiled ? Tile8.Side : 1)
            {
                for (var column = 0; column < columns; column += isTiled ? Tile8.Side : 1)
                {
                    var here = source + (row * fromPitch) + column;
                    var there = target + (column * toPitch) + row;
                    if (isTiled) Tile8.Load(here, fromPitch).Transposed().Store(there, toPitch);
                    else *there = *here;
                }
            }
        }
    }
}
