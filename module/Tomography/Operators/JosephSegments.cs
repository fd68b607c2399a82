using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>Neighbouring rays of a view that walk one plane, in the order in which they cross its rows.</summary>
/// <param name="Transposed">The plane.</param>
/// <param name="FirstRay">The ray that crosses leftmost.</param>
/// <param name="Step">1, or -1 where the bins run from right to left.</param>
/// <param name="Count">Rays.</param>
/// <param name="Start">The place of the first ray in the tables.</param>
internal readonly record struct JosephSegment(bool Transposed, int FirstRay, int Step, int Count, int Start);

/// <summary>
/// The rays of a scan as the pixels of a plane look for them: view by view, from left to right, with rays beyond both
/// ends that go on like the last ones, so that a window of 32 rays can be read anywhere near. Which ray crosses a pixel
/// is found by <see cref="Locate"/> for the middle of a tile of 16 x 8 pixels, and for the others by a linear model, whose
/// largest error is measured here, over all tiles.
/// </summary>
internal sealed unsafe class JosephSegments
{
    /// <summary>Columns of a tile.</summary>
    public const int TileColumns = 16;

    /// <summary>Rows of a tile.</summary>
    public const int TileRows = 8;

    /// <summary>Rays of a window.</summary>
    public const int Window = 32;

    private const float MidRow = 0.5f * (TileRows - 1);

    // The place of a pixel is counted from 1.
    private const float MidPlace = (0.5f * (TileColumns - 1)) + 1;

    // Places are single-precision numbers; the model's error is stated a little larger than it was seen.
    private const float Rounding = 0.02f;
    private const float LargestError = 0.5f;
    private const float LeastSpacing = 0.25f;

    private readonly float[] _offset;
    private readonly float[] _slope;

    /// <summary>Takes the first rays of a scan.</summary>
    /// <param name="rays">The rays.</param>
    /// <param name="count">How many of them are taken, whole views.</param>
    /// <param name="bins">Rays a view.</param>
    /// <param name="size">Rows, and pixels a row.</param>
    /// <param name="work">Threads.</param>
    public JosephSegments(JosephRays<float> rays, int count, int bins, int size, WorkContext work)
    {
        Segments = [.. Split(rays, count, bins, size)];
        Length = Segments.Length == 0 ? 0 : Segments[^1].Start + Segments[^1].Count + Window;
        (_offset, _slope) = (new float[Length], new float[Length]);
        foreach (var segment in Segments)
        {
            Extend(segment, rays.Offset, _offset);
            Extend(segment, rays.Slope, _slope);
        }

        var errors = new float[Segments.Length];
        Parallel.For(0, errors.Length, work.Parallel, index => errors[index] = LargestErrorOf(Segments[index], size));
        Error = errors.Max() + Rounding;
    }

    /// <summary>View by view.</summary>
    public JosephSegment[] Segments { get; }

    /// <summary>Values of a table.</summary>
    public int Length { get; }

    /// <summary>The largest error of the linear model, in rays; infinite where a tile does not fit a window.</summary>
    public float Error { get; }

    /// <summary>Whether windows can be used.</summary>
    public bool Fit => Error <= LargestError;

    /// <summary>Offsets of the rays in the order of the segments.</summary>
    public ReadOnlySpan<float> Offset => _offset;

    /// <summary>Slopes of the rays in the order of the segments.</summary>
    public ReadOnlySpan<float> Slope => _slope;

    /// <summary>
    /// The values of rays times the length of ray in a row, in the order of the segments, 0 beyond; those of the turns of all
    /// segments after one another, <see cref="Length"/> apart.
    /// </summary>
    /// <param name="rays">The rays.</param>
    /// <param name="sinogram">The values.</param>
    /// <param name="firstOfTurn">The first ray of each turn; one 0 where there are none.</param>
    /// <param name="ordered">The ordered values.</param>
    /// <param name="work">Threads.</param>
    public void Order(JosephRays<float> rays, float* sinogram, int[] firstOfTurn, float* ordered, WorkContext work)
    {
        Parallel.For(0, firstOfTurn.Length * Segments.Length, work.Parallel, index =>
        {
            var (turn, at) = Math.DivRem(index, Segments.Length);
            var segment = Segments[at];
            OrderOne(rays, segment, sinogram + firstOfTurn[turn], ordered + (turn * Length) + segment.Start);
        });
    }

    private static void OrderOne(JosephRays<float> rays, in JosephSegment segment, float* sinogram, float* target)
    {
        new Span<float>(target - Window, Window).Clear();
        new Span<float>(target + segment.Count, Window).Clear();
        for (var i = 0; i < segment.Count; i++)
        {
            var ray = segment.FirstRay + (i * segment.Step);
            target[i] = sinogram[ray] * rays.Step[ray];
        }
    }

    /// <summary>A tile of pixels as it sees the rays of a segment.</summary>
    /// <param name="Ray">The ray, whole or not, that crosses the middle of the tile.</param>
    /// <param name="PerPlace">Rays a pixel.</param>
    /// <param name="PerRow">By how many rays less or more the row below is crossed at the same place.</param>
    public readonly record struct TileModel(float Ray, float PerPlace, float PerRow)
    {
        /// <summary>A ray that no pixel of the tile reaches, nor any to the left of it.</summary>
        public float Lowest(float error) => Ray - (MidPlace * PerPlace) - (MidRow * MathF.Abs(PerRow)) - error;

        /// <summary>How many neighbouring rays a pixel can reach.</summary>
        public int Candidates(float error) => float.ConvertToIntegerNative<int>(MathF.Ceiling(2 * (PerPlace + error)));

        /// <summary>The model at a pixel of the tile.</summary>
        public float At(int row, int column) =>
            Ray + ((column + 1 - MidPlace) * PerPlace) + ((row - MidRow) * PerRow);

        /// <summary>Whether all that the tile reaches lies within a window that begins with the lowest.</summary>
        public bool Fits(float error) =>
            ((TileColumns - 1) * PerPlace) + ((TileRows - 1) * MathF.Abs(PerRow)) + Candidates(error) + 1 < Window;
    }

    /// <summary>The model of the tile that begins at a row and a column.</summary>
    /// <param name="offset">The segment's offsets.</param>
    /// <param name="slope">Its slopes.</param>
    /// <param name="count">Its rays.</param>
    /// <param name="row">The tile's first row.</param>
    /// <param name="column">The tile's first column.</param>
    /// <param name="guess">A ray near to the one that crosses the middle.</param>
    public static TileModel Locate(float* offset, float* slope, int count, int row, int column, float guess) =>
        Cross(offset, slope, count, row + MidRow, column + MidPlace, guess);

    /// <summary>The same with nothing known.</summary>
    public static TileModel Find(float* offset, float* slope, int count, int row, int column)
    {
        var guess = 0.5f * count;
        for (var i = 0; i < 4; i++) guess = Locate(offset, slope, count, row, column, guess).Ray;
        return Locate(offset, slope, count, row, column, guess);
    }

    private static TileModel Cross(float* offset, float* slope, int count, float row, float place, float guess)
    {
        var ray = float.ConvertToIntegerNative<int>(float.MinNative(float.MaxNative(MathF.Floor(guess), -Window), count + Window - 2));
        var here = MathF.FusedMultiplyAdd(row, slope[ray], offset[ray]);
        var perPlace = 1 / (MathF.FusedMultiplyAdd(row, slope[ray + 1], offset[ray + 1]) - here);
        return new TileModel(ray + ((place - here) * perPlace), perPlace, -slope[ray] * perPlace);
    }

    private static IEnumerable<JosephSegment> Split(JosephRays<float> rays, int length, int bins, int size)
    {
        var start = Window;
        for (var first = 0; first < length;)
        {
            var transposed = rays.Transposed[first];
            var end = first + 1;
            while (end % bins != 0 && rays.Transposed[end] == transposed) end++;
            var count = end - first;
            var middle = 0.5f * (size - 1);
            var rising = rays.Offset[end - 1] + (middle * rays.Slope[end - 1]) >= rays.Offset[first] + (middle * rays.Slope[first]);
            yield return new JosephSegment(transposed, rising ? first : end - 1, rising ? 1 : -1, count, start);
            start += count + (2 * Window);
            first = end;
        }
    }

    // The rays beyond the ends lie as far apart as the last two; a ray alone has neighbours at a distance of 1 or, as
    // slopes, beside it.
    private static void Extend(in JosephSegment segment, float[] values, float[] table)
    {
        var target = table.AsSpan(segment.Start - Window, segment.Count + (2 * Window));
        for (var i = 0; i < segment.Count; i++) target[Window + i] = values[segment.FirstRay + (i * segment.Step)];
        var last = Window + segment.Count - 1;
        var alone = MathF.Abs(target[Window]) > 1 ? 1 : 0;
        var (left, right) = segment.Count == 1
            ? (alone, alone)
            : (target[Window + 1] - target[Window], target[last] - target[last - 1]);
        for (var i = 1; i <= Window; i++)
        {
            target[Window - i] = target[Window] - (i * left);
            target[last + i] = target[last] + (i * right);
        }
    }

    private float LargestErrorOf(in JosephSegment segment, int size)
    {
        var largest = 0f;
        fixed (float* offsets = _offset, slopes = _slope)
        {
            float* offset = offsets + segment.Start, slope = slopes + segment.Start;
            for (var ray = 0; ray + 1 < segment.Count; ray++)
            {
                var (width, turn) = (offset[ray + 1] - offset[ray], (size - 1) * (slope[ray + 1] - slope[ray]));
                if (!(MathF.Min(width, width + turn) >= LeastSpacing)) return float.PositiveInfinity;
            }

            for (var row = 0; row < size; row += TileRows)
            {
                var guess = Find(offset, slope, segment.Count, row, 0).Ray;
                for (var column = 0; column < size; column += TileColumns)
                {
                    var model = Locate(offset, slope, segment.Count, row, column, guess);
                    guess = model.Ray + (TileColumns * model.PerPlace);
                    if (model.Ray < -Window || model.Ray > segment.Count + Window) continue;
                    if (!model.Fits(LargestError)) return float.PositiveInfinity;
                    for (var corner = 0; corner < 4; corner++)
                    {
                        var (down, right) = ((corner & 1) * (TileRows - 1), (corner >> 1) * (TileColumns - 1));
                        var expected = model.At(down, right);
                        var true1 = Cross(offset, slope, segment.Count, row + down, column + right + 1, expected);
                        var true2 = Cross(offset, slope, segment.Count, row + down, column + right + 1, true1.Ray);
                        largest = MathF.Max(largest, MathF.Abs(true2.Ray - expected));
                    }
                }
            }
        }

        return largest;
    }
}
