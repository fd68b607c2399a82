using System.Buffers;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning;

/// <summary>
/// Convolutions of 3 x 3 with a zero around the image, and the gradient of their weights, by the transforms of
/// <see cref="WinogradTransforms"/>: tiles are transformed, multiplied by the transformed filter, one product matrix for each of
/// the 36 places, and transformed back, some tens of tiles at a time, so that these stay in the processor's caches: with a filter
/// that fits a core's own, each thread has tiles of its own from the first step to the last. Every sum is in one order, so the bytes
/// do not depend on the threads. For AVX-512.
/// </summary>
internal static unsafe class WinogradKernel
{
    private const int Products = WinogradTransforms.Products;

    // Values: what is transformed at once, of all threads.
    private const int Cached = 1 << 20;

    // The same of each thread, and of the filter that it reads beside them.
    private const int CachedByEach = 1 << 18;
    private const int LargestOfEach = 1 << 19;

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

        // A filter that fits a core's own cache beside its tiles is read by each thread for tiles of its own; of a larger one each
        // thread reads the places that it multiplies.
        var isEachs = Products * channels * wide <= LargestOfEach;
        var (outer, inner) = isEachs ? (threads, 1) : (1, threads);
        var block = Block(grid.Count, pitch + wide, isEachs ? CachedByEach : Cached);
        Blocks(grid.Count, block, outer, pitch, wide, (from, count, input, sum) =>
        {
            Run(count, Share, inner, tile =>
                TilePatches.OfInput(images, grid, channels, from + tile, input + (tile * pitch), (nint)block * pitch));
            Run(Products * panels, 1, inner, part =>
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
            Run(count, Share, inner, tile =>
                TilePatches.ToOutput(sum + (tile * wide), (nint)block * wide, bias, isRectified, outputs, grid, filters, from + tile));
        });
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
        var block = Block(grid.Count, pitch + wide, Cached);
        Blocks(grid.Count, block, 1, pitch, wide, (from, count, input, sum) =>
        {
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
        });
    }

    /// <summary>The next multiple.</summary>
    public static int Whole(int count, int of) => (count + of - 1) / of * of;

    private static int Block(int tiles, int values, int cached)
    {
        var most = Math.Max(ProductTile.Rows, cached / (Products * values) / ProductTile.Rows * ProductTile.Rows);
        return Math.Min(most, Whole(tiles, ProductTile.Rows));
    }

    // Blocks of tiles, each with memory for its transforms; its thread's own where several are done at once.
    private static void Blocks(int tiles, int block, int threads, int pitch, int wide, BlockWork work)
    {
        var count = (tiles + block - 1) / block;
        if (threads == 1 || count == 1)
        {
            using var scratch = new BlockScratch(block, pitch, wide);
            for (var i = 0; i < count; i++) Do(i, scratch);
            return;
        }

        Parallel.For(
            0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new BlockScratch(block, pitch, wide),
            (i, _, scratch) =>
            {
                Do(i, scratch);
                return scratch;
            },
            scratch => scratch.Dispose());

        void Do(int i, BlockScratch scratch) =>
            work(i * block, Math.Min(block, tiles - (i * block)), scratch.Inputs.First, scratch.Sums.First);
    }

    private delegate void BlockWork(int from, int count, float* input, float* sum);

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

    private sealed class BlockScratch(int block, int pitch, int wide) : IDisposable
    {
        public Scratch Inputs { get; } = new(Products * (block * pitch));

        public Scratch Sums { get; } = new(Products * (block * wide));

        public void Dispose()
        {
            Inputs.Dispose();
            Sums.Dispose();
        }
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
