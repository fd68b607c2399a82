using System.Globalization;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Speed;

/// <summary>
/// The convolutions of DuDoNet's U-Net at its published size, one by one: the library's (channels last) and Winograd's, forward for
/// use, and forward and backward for training.
/// </summary>
internal static class ConvolutionScale
{
    private const string Usage = "convolution-scale [--threads N] [--repetitions R] [--size N]";

    private static readonly (int Channels, int Filters, int Halvings)[] Layers =
    [
        (32, 32, 0), (64, 64, 0), (128, 64, 0), (64, 128, 1), (128, 128, 1), (128, 256, 2), (256, 256, 2), (512, 128, 2), (256, 512, 3),
        (512, 512, 3), (1024, 256, 3), (512, 512, 4),
    ];

    public static int Run(string[] arguments)
    {
        if (ScaleRun.Parse(arguments) is not { } run) return ScaleRun.Usage(Usage);
        TorchBackend.EnsureLoaded();
        set_num_threads(run.Context().Threads);
        var repetitions = int.Parse(run["--repetitions"] ?? "5", CultureInfo.InvariantCulture);
        var size = int.Parse(run["--size"] ?? "416", CultureInfo.InvariantCulture);
        Console.WriteLine("channels,filters,side,library_ms,winograd_ms,ratio,library_gradient_ms,winograd_gradient_ms,gradient_ratio");
        foreach (var (channels, filters, halvings) in Layers) Layer(channels, filters, size >> halvings, repetitions);
        return 0;
    }

    private static void Layer(int channels, int filters, int side, int repetitions)
    {
        using var scope = NewDisposeScope();
        var input = ChannelsLast.Of(rand(1, channels, side, side));
        var weight = ChannelsLast.Of(rand(filters, channels, 3, 3));
        var direction = ChannelsLast.Of(rand(1, filters, side, side));
        double library, winograd;
        using (no_grad())
        {
            using var filter = WinogradConvolution.Filter(weight);
            library = Least(repetitions, () => nn.functional.conv2d(input, weight, padding: [1, 1]).Dispose());
            winograd = Least(repetitions, () => WinogradConvolution.Apply(input, filter, filters).Dispose());
        }

        input.requires_grad_();
        weight.requires_grad_();
        var plain = Least(repetitions, () => Both(() => nn.functional.conv2d(input, weight, padding: [1, 1])));
        var fast = Least(repetitions, () => Both(() => WinogradFunction.apply(input, weight)));
        ScaleRun.Print(
            $"{channels},{filters},{side},{library:F2},{winograd:F2},{library / winograd:F2},{plain:F2},{fast:F2},{plain / fast:F2}");

        void Both(Func<Tensor> forward)
        {
            using var step = NewDisposeScope();
            forward().backward([direction]);
        }
    }

    private static double Least(int repetitions, Action work)
    {
        work();
        return 1e3 * Enumerable.Range(0, repetitions).Min(_ => ScaleRun.Seconds(work).Wall);
    }
}
