using System.Diagnostics;
using System.Globalization;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using TorchSharp;

namespace Thesis.Speed;

/// <summary>
/// Filtered backprojection of the dissertation's scan in one process: milliseconds of the whole and of its parts, by the
/// clock and by the processor (the least of many repetitions, since the machine may be shared), the layer's backward pass against its forward pass, and
/// the memory of a batch of 8.
/// </summary>
internal static class FbpScale
{
    private const int Batch = 8;

    private const string Usage = "fbp-scale [--repetitions R] [--peer SCRIPT.py] [--geometry NAME]";

    public static int Run(string[] arguments)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < arguments.Length; i += 2) given[arguments[i]] = arguments[i + 1];
        if (arguments.Length % 2 != 0 || given.Keys.Except(["--repetitions", "--peer", "--geometry"]).Any())
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var repetitions = int.Parse(given.GetValueOrDefault("--repetitions", "30"), CultureInfo.InvariantCulture);
        var geometry = ScanPresets.Find(given.GetValueOrDefault("--geometry", "dissertation"));
        Print($"{geometry.ImageSize} x {geometry.ImageSize} from {geometry.Views} x {geometry.Bins}, {KernelPaths.Widest}");
        Print($"{Environment.ProcessorCount} cores, least of {repetitions}");
        Operators(geometry, repetitions);
        TorchBackend.EnsureLoaded();
        Layer(geometry, repetitions);
        if (given.TryGetValue("--peer", out var script)) Peer(geometry, script, repetitions);
        return 0;
    }

    private static void Operators(ScanGeometry geometry, int repetitions)
    {
        var one = WorkContext.Default with { Threads = 1 };
        var rebinning = new ParallelRebinning<float>(geometry, new ReconstructionOptions());
        var parallel = rebinning.ParallelGeometry;
        Time("rebinning", rebinning, one, repetitions);
        Time("filter", new BinFilter<float>(
            parallel.Views, RampTaps.Parallel(RampFilterKind.RamLak, parallel.Bins, parallel.BinSpacing)), one, repetitions);
        Time("backprojection kernel", new Backprojection<float>(parallel), one, repetitions);
        Time("Joseph projection", new ForwardProjection<float>(geometry), one, repetitions);
        var inversion = FilteredBackprojection.Create<float>(geometry, new ReconstructionOptions());
        Time("FBP", inversion, one, repetitions);
        Time("FBP", inversion, WorkContext.Default, repetitions);
    }

    private static void Time(string name, LinearOperator<float> op, WorkContext work, int repetitions)
    {
        var (input, output) = (Values(op.InputLength, 1), Values(op.OutputLength, 2));
        var (inputGradient, result) = (new float[op.InputLength], new float[op.OutputLength]);
        var forward = Cost.Of(repetitions, () => op.Apply(input, result, work));
        var adjoint = Cost.Of(repetitions, () => op.ApplyAdjoint(output, inputGradient, work));
        Print($"{name}, {work.Threads} threads: {forward}; adjoint {adjoint}");
    }

    private static void Layer(ScanGeometry geometry, int repetitions)
    {
        using var scope = torch.NewDisposeScope();
        using var layer = new RadonInversionLayer(geometry);
        foreach (var batch in (ReadOnlySpan<int>)[1, Batch])
        {
            var x = torch.rand(batch, 1, geometry.Views, geometry.Bins).requires_grad_();
            var direction = torch.rand(batch, 1, geometry.ImageSize, geometry.ImageSize);
            var (forward, backward) = (Cost.Most, Cost.Most);
            for (var i = 0; i < repetitions; i++)
            {
                using var step = torch.NewDisposeScope();
                torch.Tensor y = null!;
                forward = forward.Least(Cost.Of(() => y = layer.forward(x)));
                backward = backward.Least(Cost.Of(() => y.backward([direction])));
            }

            Print($"layer, batch {batch}: forward {forward}; backward {backward}; ratio {backward.Over(forward)}");
        }

        Memory(geometry, layer);
    }

    // What a batch of 8 takes at its peak, forward and backward, against what its output and both gradients hold.
    private static void Memory(ScanGeometry geometry, RadonInversionLayer layer)
    {
        const string status = "/proc/self/status";
        if (!File.Exists(status)) return;
        using var step = torch.NewDisposeScope();
        var x = torch.rand(Batch, 1, geometry.Views, geometry.Bins).requires_grad_();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        File.WriteAllText("/proc/self/clear_refs", "5");
        var before = Megabytes("VmRSS:");
        var y = layer.forward(x);
        y.backward([torch.ones_like(y)]);
        var data = sizeof(float) * Batch * (geometry.SinogramLength + (2.0 * geometry.ImageLength)) / 1e6;
        var peak = Megabytes("VmHWM:") - before;
        Print($"memory of a batch of {Batch}: {peak:F0} MB more at the peak; output and gradients are {data:F0} MB");

        static double Megabytes(string key) => double.Parse(
            File.ReadLines(status).Single(line => line.StartsWith(key, StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    // The peer prints its milliseconds, of the clock and of the processor; ours are measured again beside it.
    private static void Peer(ScanGeometry geometry, string script, int repetitions)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [script, $"{geometry.ImageSize}", $"{geometry.Views}"])
        {
            RedirectStandardOutput = true,
        };
        using var peer = Process.Start(start)!;
        var said = peer.StandardOutput.ReadToEnd().Trim().Split(' ');
        peer.WaitForExit();
        var theirs = new Cost(
            double.Parse(said[0], CultureInfo.InvariantCulture), double.Parse(said[1], CultureInfo.InvariantCulture));
        var inversion = FilteredBackprojection.Create<float>(geometry, new ReconstructionOptions());
        var (input, output) = (Values(inversion.InputLength, 1), new float[inversion.OutputLength]);
        foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            var work = WorkContext.Default with { Threads = threads };
            var ours = Cost.Of(repetitions, () => inversion.Apply(input, output, work));
            Print($"iradon {theirs}; FBP, {threads} threads: {ours}; ratio {theirs.Over(ours)}");
        }
    }

    private static float[] Values(int length, long seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)random.NextDouble())];
    }

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

    /// <summary>Milliseconds of the clock, and of the processor, which other processes lengthen less.</summary>
    private readonly record struct Cost(double Clock, double Processor)
    {
        public static Cost Most => new(double.MaxValue, double.MaxValue);

        public static Cost Of(int repetitions, Action work)
        {
            work();
            return Enumerable.Range(0, repetitions).Select(_ => Of(work)).Aggregate((a, b) => a.Least(b));
        }

        public static Cost Of(Action work)
        {
            var (clock, processor) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            work();
            return new Cost(
                clock.Elapsed.TotalMilliseconds, (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds);
        }

        public Cost Least(Cost other) => new(Math.Min(Clock, other.Clock), Math.Min(Processor, other.Processor));

        public string Over(Cost other) => string.Create(
            CultureInfo.InvariantCulture, $"{Clock / other.Clock:F2} ({Processor / other.Processor:F2} of the processor)");

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Clock:F2} ms ({Processor:F2} of the processor)");
    }
}
