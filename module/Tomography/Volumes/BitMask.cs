using System.Numerics;

namespace Thesis.Engine.Tomography;

/// <summary>Pixels of a row that follow one another, both ends included.</summary>
internal readonly record struct PixelRun(int Row, int First, int Last)
{
    /// <summary>Pixels.</summary>
    public int Length => Last - First + 1;
}

/// <summary>A set of pixels as bits, an eighth of the memory of <see cref="MetalMask"/>; each row begins a word.</summary>
internal sealed class BitMask
{
    private const int WordBits = 64;

    private readonly ulong[] _words;
    private readonly int _wordsPerRow;

    /// <summary>Takes the pixels that are set.</summary>
    public BitMask(bool[] values, int rows, int columns)
    {
        (Rows, Columns, _wordsPerRow) = (rows, columns, WordsOf(columns));
        _words = new ulong[rows * _wordsPerRow];
        for (var i = 0; i < values.Length; i++)
        {
            if (!values[i]) continue;
            var (row, column) = Math.DivRem(i, columns);
            _words[(row * _wordsPerRow) + (column / WordBits)] |= 1UL << (column % WordBits);
        }
    }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>Pixels that are set.</summary>
    public int Count => _words.Sum(BitOperations.PopCount);

    /// <summary>The bytes that a mask of a size takes.</summary>
    public static long BytesOf(int rows, int columns) => (long)rows * WordsOf(columns) * sizeof(ulong);

    /// <summary>The runs, row by row, each row's by rising column.</summary>
    public IEnumerable<PixelRun> Runs()
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var first = Next(row, 0, true); first < Columns;)
            {
                var end = Next(row, first, false);
                yield return new PixelRun(row, first, end - 1);
                first = Next(row, end, true);
            }
        }
    }

    /// <summary>Takes pixels out.</summary>
    public void Clear(PixelRun run)
    {
        for (var column = run.First; column <= run.Last; column++)
        {
            _words[(run.Row * _wordsPerRow) + (column / WordBits)] &= ~(1UL << (column % WordBits));
        }
    }

    /// <summary>The same as a mask to compute with.</summary>
    public MetalMask ToMask()
    {
        var values = new bool[Rows * Columns];
        foreach (var run in Runs()) values.AsSpan((run.Row * Columns) + run.First, run.Length).Fill(true);
        return new MetalMask(values, Rows, Columns);
    }

    private static int WordsOf(int columns) => (columns + WordBits - 1) / WordBits;

    // The first column from one on that is set or, the other way round, is not; Columns where there is none.
    private int Next(int row, int column, bool isSet)
    {
        while (column < Columns)
        {
            var word = _words[(row * _wordsPerRow) + (column / WordBits)];
            var left = (isSet ? word : ~word) >> (column % WordBits);
            if (left != 0) return Math.Min(Columns, column + BitOperations.TrailingZeroCount(left));
            column = ((column / WordBits) + 1) * WordBits;
        }

        return Columns;
    }
}
