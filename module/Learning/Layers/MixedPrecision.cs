using System.Diagnostics;
using System.Globalization;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>A layer that can compute its products in bfloat16.</summary>
internal interface IMixedPrecision
{
    /// <summary>Whether it does.</summary>
    bool IsMixed { get; set; }
}

/// <summary>
/// Convolutions in bfloat16 and all else in float32: parameters, sums, normalisations, losses. Faster than the library's in float32 on a
/// processor that has instructions for it, and slower on another. Layers whose channels are no multiples of 16 stay in
/// float32: libtorch 2.10 convolves them wrongly on some processors (AMD EPYC of family 26: off by as much as the values are, or NaN).
/// </summary>
internal static class MixedPrecision
{
    private const int ChannelsBlock = 16;
    private const int ProbeChannels = 64;
    private const int ProbeSide = 64;
    private const int ProbeTurns = 4;

    /// <summary>Switches all layers of a module that can.</summary>
    public static void Apply(nn.Module module, bool mixed)
    {
        foreach (var layer in module.modules().OfType<IMixedPrecision>()) layer.IsMixed = mixed;
    }

    /// <summary>The type in which a network computes.</summary>
    public static ScalarType TypeOf(IMixedPrecision layer, Tensor input) => layer.IsMixed ? ScalarType.BFloat16 : input.dtype;

    /// <summary>The type in which a layer with weights computes.</summary>
    public static ScalarType TypeOf(IMixedPrecision layer, Tensor input, Tensor weight) =>
        layer.IsMixed && Suits(weight) ? ScalarType.BFloat16 : input.dtype;

    /// <summary>Whether weights [K, C, ...] or [C, K, ...] can be bfloat16: whether both channels are multiples of 16.</summary>
    public static bool Suits(Tensor weight) => weight.shape[0] % ChannelsBlock == 0 && weight.shape[1] % ChannelsBlock == 0;

    /// <summary>Times a convolution in both types, and warns where bfloat16 gains nothing; tens of milliseconds.</summary>
    public static void WarnWhereSlower(WorkContext work)
    {
        if (work.Device != ComputeDevice.Cpu) return;
        var ratio = Seconds(ScalarType.BFloat16) / Seconds(ScalarType.Float32);
        work.Verbose?.Invoke(string.Create(CultureInfo.InvariantCulture, $"A convolution in bfloat16 takes {ratio:F2} of its time in float32."));
        if (ratio < 1) return;
        work.Warning?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"On this processor a convolution in bfloat16 takes {ratio:F1} times as long as in float32: leave -MixedPrecision out."));
    }

    // The least of some, by what a layer of the type takes.
    private static double Seconds(ScalarType type)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var image = ChannelsLast.Of(ones([1, ProbeChannels, ProbeSide, ProbeSide])).to(type);
        var weight = ChannelsLast.Of(ones([ProbeChannels, ProbeChannels, 3, 3])).to(type);
        var filter = WinogradConvolution.Takes(image, weight) ? WinogradConvolution.Filter(weight) : null;
        var least = double.PositiveInfinity;
        for (var turn = 0; turn < ProbeTurns; turn++)
        {
            var start = Stopwatch.GetTimestamp();
            Convolve().Dispose();
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return least;

        Tensor Convolve() => filter is null
            ? nn.functional.conv2d(image, weight, padding: [1, 1])
            : WinogradConvolution.Apply(image, filter, ProbeChannels);
    }
}
