using System.Buffers;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning;

/// <summary>
/// Convolutions of 3 x 3 with a zero around the image, and the gradient of their weights, by the transforms of
/// <see cref="WinogradTransforms"/>: tiles are transformed, multiplied by the transformed filter, one product matrix for each of
/// the 36 places, and transformed back, some hundred tiles at a time, so that these stay in the processor's caches. Every sum
/// is in one order, so the bytes do not depend on the threads. For AVX-512.
/// </summary>
internal static unsafe class WinogradKernel
{
    private const int Products = WinogradTransforms.Products;

    // Values: what is transformed at once, of all threads.
    private const int Cached = 1 << 20;

    // Tiles that a thread transforms in turn.
    private const int Share = 8;

    /// <summary>Whether this processor can.</summary>
    public static bool IsSupported => KernelPaths.Widest == KernelPath.Vector512;

    /// <summary>The filters' outputs are filled up to a multiple of this.</summary>
    public const int Panel = ProductTile.Columns;

    /// <summary>Convolves images.</summary>
    /// <param name="images">[B, H, W, C].</param>
    /// <param name="grid">B, H, W.</param>
    /// <param name="channels">C.</param>
    /// <param name="filter">G g G', [36, ceil(K / 32), C, 32].</param>
    /// <param name="filters">K.</param>
    /// <param name="bias">K values; null for none.</param>
    /// <param name="isRectified">Whether negative outputs become 0.</param>
    /// <param name="outputs">[B, H, W, K].</param>
    /// <param name="threads">How many at most.</param>
    public static void Convolve(
        float* images, TileGrid grid, int channels, float* filter, int filters, float* bias, bool isRectified, float* outputs, int threads)
    {
        var (pitch, panels) = (Whole(channels, WinogradTransforms.Lanes), Whole(filters, Panel) / Panel);
        var wide = panels * Panel;
        var block = Block(grid.Count, pitch + wide);
        using var inputs = new Scratch(Products * (block * pitch));
        using var sums = new Scratch(Products * (block * wide));
        float* input = inputs.First, sum = sums.First;
        for (var first = 0; first < grid.Count; first += block)
        {
            var (from, count) = (first, Math.Min(block, grid.Count - first));
            Run(count, Share, threads, tile =>
                TilePatches.OfInput(images, grid, channels, from + tile, input + (tile * pitch), (nint)block * pitch));
            Run(Products * panels, 1, threads, part =>
            {
                var (place, panel) = Math.DivRem(part, panels);
                var left = input + ((nint)place * block * pitch);
                var right = filter + ((((nint)place * panels) + panel) * channels * Panel);
                var output = sum + ((nint)place * block * wide) + (panel * Panel);
                for (var tile = 0; tile < count; tile += ProductTile.Rows)
                {
                    ProductTile.Wide(
                        left + (tile * pitch), pitch, 1, right, Panel, channels, output + (tile * wide), wide, isAdded: false);
                }
            });
            Run(count, Share, threads, tile =>
                TilePatches.ToOutput(sum + (tile * wide), (nint)block * wide, bias, isRectified, outputs, grid, filters, from + tile));
        }
    }

    /// <summary>G g G' of all filters.</summary>
    /// <param name="weights">[3, 3, C, K to a multiple of 32].</param>
    /// <param name="channels">C.</param>
    /// <param name="wide">K to a multiple of 32.</param>
    /// <param name="filter">[36, ceil(K / 32), C, 32].</param>
    /// <param name="threads">How many at most.</param>
    public static void Filter(float* weights, int channels, int wide, float* filter, int threads)
    {
        var (weight, plane) = ((nint)channels * wide, (nint)channels * wide);
        Run(channels, Share, threads, channel =>
        {
            for (var first = 0; first < wide; first += WinogradTransforms.Lanes)
            {
                var (panel, lane) = Math.DivRem(first, Panel);
                WinogradTransforms.OfFilter(
                    weights + ((nint)channel * wide) + first, weight,
                    filter + ((((nint)panel * channels) + channel) * Panel) + lane, plane);
            }
        });
    }

    /// <summary>G' u G of the gradient of all filters.</summary>
    /// <param name="sums">Of <see cref="FilterGradient"/>, [36, lines, pitch].</param>
    /// <param name="lines">K to a multiple of 8.</param>
    /// <param name="pitch">C to a multiple of 32.</param>
    /// <param name="gradient">[3, 3, lines, pitch].</param>
    /// <param name="threads">How many at most.</param>
    public static void WeightGradient(float* sums, int lines, int pitch, float* gradient, int threads) =>
        Run(lines, Share, threads, line =>
        {
            for (var first = 0; first < pitch; first += WinogradTransforms.Lanes)
            {
                var place = ((nint)line * pitch) + first;
                WinogradTransforms.ToFilter(sums + place, (nint)lines * pitch, gradient + place, (nint)lines * pitch);
            }
        });

    /// <summary>The gradient of the filters in their transformed form, before G' . G.</summary>
    /// <param name="images">[B, H, W, C].</param>
    /// <param name="grid">B, H, W.</param>
    /// <param name="channels">C.</param>
    /// <param name="gradients">Of the outputs, [B, H, W, K].</param>
    /// <param name="filters">K.</param>
    /// <param name="result">[36, K to a multiple of 8, C to a multiple of 32]; what lies beyond K and C is of no meaning.</param>
    /// <param name="threads">How many at most.</param>
    public static void FilterGradient(
        float* images, TileGrid grid, int channels, float* gradients, int filters, float* result, int threads)
    {
        var (pitch, wide) = (Whole(channels, Panel), Whole(filters, WinogradTransforms.Lanes));
        var (lines, groups) = (Whole(filters, ProductTile.Rows), Whole(filters, ProductTile.Rows) / ProductTile.Rows);
        var block = Block(grid.Count, pitch + wide);
        using var inputs = new Scratch(Products * (block * pitch));
        using var sums = new Scratch(Products * (block * wide));
        float* input = inputs.First, sum = sums.First;
        for (var first = 0; first < grid.Count; first += block)
        {
            var (from, count) = (first, Math.Min(block, grid.Count - first));
            Run(count, Share, threads, tile =>
            {
                TilePatches.OfInput(images, grid, channels, from + tile, input + (tile * pitch), (nint)block * pitch);
                TilePatches.OfOutput(gradients, grid, filters, from + tile, sum + (tile * wide), (nint)block * wide);
            });
            Run(Products * groups, 1, threads, part =>
            {
                var (place, group) = Math.DivRem(part, groups);
                var left = sum + ((nint)place * block * wide) + (group * ProductTile.Rows);
                var right = input + ((nint)place * block * pitch);
                var output = result + ((((nint)place * lines) + (group * ProductTile.Rows)) * pitch);
                for (var column = 0; column < pitch; column += Panel)
                {
                    ProductTile.Wide(left, 1, wide, right + column, pitch, count, output + column, pitch, isAdded: from > 0);
                }
            });
        }
    }

    /// <summary>The next multiple.</summary>
    public static int Whole(int count, int of) => (count + of - 1) / of * of;

    private static int Block(int tiles, int values)
    {
        var most = Math.Max(ProductTile.Rows, Cached / (Products * values) / ProductTile.Rows * ProductTile.Rows);
        return Math.Min(most, Whole(tiles, ProductTile.Rows));
    }

    private static void Run(int count, int share, int threads, Action<int> work)
    {
        var parts = (count + share - 1) / share;
        if (threads == 1 || parts == 1)
        {
            for (var i = 0; i < count; i++) work(i);
            return;
        }

        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
        {
            for (var i = part * share; i < Math.Min(count, (part + 1) * share); i++) work(i);
        });
    }

    /// <summary>Rented memory at a cache line's start; vectors may reach some values beyond its end.</summary>
    private sealed class Scratch : IDisposable
    {
        private const int Slack = 64;

        private readonly float[] _values;
        private readonly MemoryHandle _handle;

        public Scratch(int length)
        {
            _values = ArrayPool<float>.Shared.Rent(length + Slack);
            _handle = _values.AsMemory().Pin();
            First = (float*)(((nint)_handle.Pointer + 63) & -64);
        }

        public float* First { get; }

        public void Dispose()
        {
            _handle.Dispose();
            ArrayPool<float>.Shared.Return(_values);
        }
    }
}
