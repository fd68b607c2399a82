using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// Convolutions of 3 x 3, stride 1, with a zero around, of float32 on the CPU by Winograd's F(4 x 4, 3 x 3)
/// (<see cref="WinogradTransforms"/>): a quarter of the products of a plain sum, which is what the library computes. Where they are
/// taken depends on the processor and the shape of the layer and of one image, never on a measurement or the batch, so that one machine
/// gives an image the same bytes each time: with fewer channels the transforms of the tiles cost more than they save, and where the
/// filter changes at every step, with fewer tiles those of the filter.
/// </summary>
internal static unsafe class WinogradConvolution
{
    private const int LeastChannels = 32;
    private const int LeastTiles = 36;
    private const int Side = WinogradTransforms.FilterSide;

    /// <summary>Whether an input and weights [K, C, k, k] whose filter is transformed once and for all are convolved so.</summary>
    public static bool Takes(Tensor input, Tensor weight) =>
        WinogradKernel.IsSupported && input.device_type == DeviceType.CPU && input.dtype == ScalarType.Float32
        && weight.dtype == ScalarType.Float32 && weight.shape is [>= LeastChannels, >= LeastChannels, Side, Side];

    /// <summary>Whether an input and weights [K, C, k, k] that are transformed for it alone, as in training, are convolved so.</summary>
    public static bool TakesInTraining(Tensor input, Tensor weight) =>
        Takes(input, weight) && Grid(input) is var grid && grid.Down * grid.Across >= LeastTiles;

    /// <summary>G g G' of weights [K, C, 3, 3], as the kernel reads it: [36, ceil(K / 32), C, 32].</summary>
    public static Tensor Filter(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var (filters, channels) = ((int)weight.shape[0], (int)weight.shape[1]);
        var wide = WinogradKernel.Whole(filters, WinogradKernel.Panel);
        var values = zeros([Side, Side, channels, wide]);
        values.narrow(3, 0, filters).copy_(weight.permute(2, 3, 1, 0));
        var filter = empty([WinogradTransforms.Products, wide / WinogradKernel.Panel, channels, WinogradKernel.Panel]);
        WinogradKernel.Filter(Address(values), channels, wide, Address(filter), get_num_threads());
        return filter.MoveToOuterDisposeScope();
    }

    /// <summary>The convolution, channels last; no gradient flows.</summary>
    /// <param name="input">[B, C, H, W].</param>
    /// <param name="filter">Of <see cref="Filter"/>.</param>
    /// <param name="filters">K.</param>
    /// <param name="bias">K values; null for none.</param>
    /// <param name="isRectified">Whether negative outputs become 0.</param>
    /// <returns>[B, K, H, W].</returns>
    public static Tensor Apply(Tensor input, Tensor filter, int filters, Tensor? bias = null, bool isRectified = false)
    {
        using var scope = NewDisposeScope();
        var images = ChannelsLast.Of(input);
        var (grid, channels) = (Grid(input), (int)input.shape[1]);
        var output = empty([grid.Batch, grid.Height, grid.Width, filters]);
        WinogradKernel.Convolve(
            Address(images), grid, channels, Address(filter), filters, bias is null ? null : Address(bias), isRectified,
            Address(output), get_num_threads());
        GC.KeepAlive(images);
        return output.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>The gradient of weights [K, C, 3, 3].</summary>
    /// <param name="input">[B, C, H, W].</param>
    /// <param name="gradient">Of the outputs, [B, K, H, W].</param>
    public static Tensor WeightGradient(Tensor input, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var (images, outputs) = (ChannelsLast.Of(input), ChannelsLast.Of(gradient));
        var (channels, filters) = ((int)input.shape[1], (int)gradient.shape[1]);
        var (lines, pitch) = (
            WinogradKernel.Whole(filters, Runtime.ProductTile.Rows), WinogradKernel.Whole(channels, WinogradKernel.Panel));
        var sums = empty([WinogradTransforms.Products, lines, pitch]);
        WinogradKernel.FilterGradient(
            Address(images), Grid(input), channels, Address(outputs), filters, Address(sums), get_num_threads());
        var weights = empty([Side, Side, lines, pitch]);
        WinogradKernel.WeightGradient(Address(sums), lines, pitch, Address(weights), get_num_threads());
        GC.KeepAlive(images);
        GC.KeepAlive(outputs);
        return weights.narrow(2, 0, filters).narrow(3, 0, channels).permute(2, 3, 0, 1).contiguous().MoveToOuterDisposeScope();
    }

    private static TileGrid Grid(Tensor input) => new((int)input.shape[0], (int)input.shape[2], (int)input.shape[3]);

    private static float* Address(Tensor tensor) => (float*)tensor.storage<float>().data_ptr() + tensor.storage_offset();
}
