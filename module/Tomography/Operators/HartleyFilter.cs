using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Convolves images by an even kernel that is given by its frequency response, y = F x, in two dimensional Hartley transforms
/// (Bracewell 1983): an even response has the same effect on them as on Fourier's, and they stay real. The image lies in the
/// corner of a torus whose sides are powers of two, zero elsewhere. F is symmetric, and positive where the response is.
/// </summary>
internal sealed class HartleyFilter
{
    // Columns that are transformed together, as vectors: with 1,024 rows they fill half of a second-level cache.
    private const int Columns = 16;

    private readonly int _rows;
    private readonly int _columns;
    private readonly HartleyTransform _down;
    private readonly HartleyTransform _across;

    // By columns of the image and then by rows, in the orders of the transforms; 1 / (length of both) is in it.
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
        for (var i = 0; i < _across.Length; i++)
        {
            for (var j = 0; j < _down.Length; j++)
            {
                _response[(i * _down.Length) + j] =
                    (float)(response(_down.Frequency(j), _across.Frequency(i)) / _response.Length);
            }
        }
    }

    /// <summary>filtered = F image; both may be the same array.</summary>
    public void Apply(float[] image, float[] filtered, WorkContext work)
    {
        // The transforms down, a column of the image a row of it; rows a power of two apart would share few places of a cache.
        var pitch = _down.Length + Columns;
        using var rented = new Scratch<float>(_columns * pitch);
        var turned = rented.Values;
        Parallel.For(0, Blocks(_columns), work.Parallel, block =>
        {
            using var scratch = new Scratch<float>(_down.Length * Columns);
            var lines = scratch.Values.AsSpan(0, _down.Length * Columns);
            var (first, count) = Block(block, _columns);
            Load(image, _rows, _columns, first, count, lines);
            _down.Forward(lines, Columns);
            Turn(lines, turned, first, count, pitch);
        });
        Parallel.For(0, Blocks(_down.Length), work.Parallel, block =>
        {
            using var scratch = new Scratch<float>(_across.Length * Columns);
            var lines = scratch.Values.AsSpan(0, _across.Length * Columns);
            var (first, count) = Block(block, _down.Length);
            Load(turned, _columns, pitch, first, count, lines);
            _across.Forward(lines, Columns);
            Respond(lines, first, count);
            _across.Backward(lines, Columns);
            Store(lines, _columns, pitch, first, count, turned);
        });
        Parallel.For(0, Blocks(_columns), work.Parallel, block =>
        {
            using var scratch = new Scratch<float>(_down.Length * Columns);
            var lines = scratch.Values.AsSpan(0, _down.Length * Columns);
            var (first, count) = Block(block, _columns);
            TurnBack(turned, first, count, pitch, lines);
            _down.Backward(lines, Columns);
            Store(lines, _rows, _columns, first, count, filtered);
        });
    }

    private static int Padded(int length) => Math.Max(2, (int)BitOperations.RoundUpToPowerOf2((uint)length));

    private static int Blocks(int columns) => (columns + Columns - 1) / Columns;

    private static (int First, int Count) Block(int block, int columns) =>
        (block * Columns, Math.Min(Columns, columns - (block * Columns)));

    private void Respond(Span<float> lines, int first, int count)
    {
        for (var row = 0; row < _across.Length; row++)
        {
            var response = _response.AsSpan((row * _down.Length) + first, count);
            var line = lines.Slice(row * Columns, count);
            for (var column = 0; column < line.Length; column++) line[column] *= response[column];
        }
    }

    private static void Load(float[] source, int rows, int pitch, int first, int count, Span<float> lines)
    {
        if (count < Columns) lines.Clear();
        else lines[(rows * Columns)..].Clear();
        for (var row = 0; row < rows; row++) Copy(source.AsSpan((row * pitch) + first, count), lines.Slice(row * Columns, count));
    }

    private static void Store(ReadOnlySpan<float> lines, int rows, int pitch, int first, int count, float[] target)
    {
        for (var row = 0; row < rows; row++) Copy(lines.Slice(row * Columns, count), target.AsSpan((row * pitch) + first, count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(ReadOnlySpan<float> source, Span<float> target)
    {
        if (source.Length < Columns)
        {
            source.CopyTo(target);
            return;
        }

        for (var i = 0; i < Columns; i += Vector<float>.Count) new Vector<float>(source[i..]).CopyTo(target[i..]);
    }

    // turned[first + column, row] = lines[row, column].
    private void Turn(ReadOnlySpan<float> lines, float[] turned, int first, int count, int pitch)
    {
        ref var from = ref MemoryMarshal.GetReference(lines);
        ref var to = ref turned[first * pitch];
        for (var row = 0; row < _down.Length; row++)
        {
            for (var column = 0; column < count; column++)
            {
                Unsafe.Add(ref to, (column * pitch) + row) = Unsafe.Add(ref from, (row * Columns) + column);
            }
        }
    }

    private void TurnBack(float[] turned, int first, int count, int pitch, Span<float> lines)
    {
        ref var from = ref turned[first * pitch];
        ref var to = ref MemoryMarshal.GetReference(lines);
        for (var row = 0; row < _down.Length; row++)
        {
            for (var column = 0; column < count; column++)
            {
                Unsafe.Add(ref to, (row * Columns) + column) = Unsafe.Add(ref from, (column * pitch) + row);
            }
        }
    }
}
