using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using static TorchSharp.torch;

namespace Thesis.Speed;

/// <summary>
/// DuDoNet at its published size: the forward pass of a slice as it is used, the training step of a batch, what of them the Radon
/// layers take, and RDN-CT's forward pass. With --write the weights, the inputs and the outputs go to a folder, for
/// benchmarks/peers/dudonet_pytorch.py, which runs the same networks.
/// </summary>
internal static class DuDoNetScale
{
    private const string Usage =
        "dudonet-scale [--threads N] [--geometry NAME] [--width W] [--batch B] [--repetitions R] [--write FOLDER] [--rdn true] [--mixed true]";

    public static int Run(string[] arguments)
    {
        if (ScaleRun.Parse(arguments) is not { } run) return ScaleRun.Usage(Usage);
        TorchBackend.EnsureLoaded();
        var work = run.Context();
        set_num_threads(work.Threads);
        var geometry = ScanPresets.Find(run["--geometry"] ?? "dissertation");
        var (width, batch, repetitions) = (Number(run, "--width", 64), Number(run, "--batch", 2), Number(run, "--repetitions", 5));
        ScaleRun.Print($"{geometry.ImageSize} x {geometry.ImageSize}, {geometry.Views} x {geometry.Bins}, width {width}, {work.Threads} threads");

        var architecture = ReducerArchitecture.Of("DuDoNet", "G", width);
        using var network = (DualDomainNetwork)architecture.Create(geometry, CPU);
        network.Inversion.Work = work;
        using var generator = new Generator(1, CPU);
        network.Initialise(generator);
        Scatter(network, generator);
        MixedPrecision.Apply(network, run["--mixed"] is not null);
        var factory = new ExampleFactory(geometry, slices: null, phantomShare: 1, new ArtifactSimulationOptions(), isCorrected: false);
        var examples = factory.Make(Enumerable.Range(0, batch).ToArray(), new SeededRandom(1L), work);

        // The peer trains on what these weights were before the first step.
        if (run["--write"] is { } folder) Write(folder, network, examples, geometry, width);
        Train(network, examples, geometry, repetitions);
        Inversion(network.Inversion, geometry, batch, repetitions);
        Use(architecture, network, examples[0], geometry, repetitions, work);
        if (run["--rdn"] is not null) Rival(geometry, examples[0], repetitions, run["--mixed"] is not null, work);
        return 0;
    }

    private static void Train(DualDomainNetwork network, RestorationExample[] examples, ScanGeometry geometry, int repetitions)
    {
        network.train();
        var options = new OptimiserOptions { LearningRate = 1e-5, Beta1 = 0.5 };
        using var optimiser = new TrainingOptimiser("network", network, options, LearningRateSchedule.Constant);
        optimiser.Begin(0, 1);
        using var scope = NewDisposeScope();
        var scans = ScanBatch.Of([.. examples.Select(example => example.Input)], geometry, CPU);
        var sinogram = ScanBatch.Stack(examples, e => e.Sinogram, geometry.Views, geometry.Bins, CPU);
        var image = ScanBatch.Stack(examples, e => e.Image, geometry.ImageSize, geometry.ImageSize, CPU);
        Print($"training step, batch {examples.Length}", repetitions, () =>
        {
            using var step = NewDisposeScope();
            var losses = network.Losses(network.Restore(scans.Sinogram, scans.Trace, scans.Interpolated), sinogram, image);
            optimiser.Descend(losses.Select(loss => loss.Value).Aggregate((left, right) => left.add(right, HeldScalar.Held(1))));
        });
    }

    private static void Inversion(RadonInversionLayer layer, ScanGeometry geometry, int batch, int repetitions)
    {
        using var scope = NewDisposeScope();
        var x = rand(batch, 1, geometry.Views, geometry.Bins).requires_grad_();
        var direction = rand(batch, 1, geometry.ImageSize, geometry.ImageSize);
        Print($"of it Radon inversion, forward and backward, batch {batch}", repetitions, () =>
        {
            using var step = NewDisposeScope();
            layer.forward(x).backward([direction]);
        });
        using var guard = no_grad();
        var one = rand(1, 1, geometry.Views, geometry.Bins);
        Print($"Radon inversion, forward, batch 1", repetitions, () => layer.forward(one).Dispose());
    }

    private static void Use(
        ReducerArchitecture architecture, DualDomainNetwork network, RestorationExample example, ScanGeometry geometry, int repetitions,
        WorkContext work)
    {
        using var model = new ReducerModel(architecture, new Tomograph(geometry), network, CPU);
        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        network.Inversion.Work = work;
        var scans = ScanBatch.Of([example.Input], geometry, CPU);
        Print($"DuDoNet, forward, batch 1", repetitions, () => network.Restore(scans).Dispose());
    }

    private static void Rival(ScanGeometry geometry, RestorationExample example, int repetitions, bool mixed, WorkContext work)
    {
        var architecture = ReducerArchitecture.Of("RDN-CT");
        using var network = architecture.Create(geometry, CPU);
        using var generator = new Generator(1, CPU);
        network.Initialise(generator);
        MixedPrecision.Apply(network, mixed);
        using var model = new ReducerModel(architecture, new Tomograph(geometry), network, CPU);
        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        var scans = ScanBatch.Of([example.Input], geometry, CPU);
        Print($"RDN-CT, forward, batch 1", Math.Min(repetitions, 3), () => network.Restore(scans).Dispose());
    }

    // Last layers that are not 0, and means and variances of a batch, so that outputs can be compared.
    private static void Scatter(DualDomainNetwork network, Generator generator)
    {
        using var guard = no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (name.EndsWith("last.weight", StringComparison.Ordinal)) parameter.normal_(0, 0.05, generator);
        }
    }

    private static void Write(string folder, DualDomainNetwork network, RestorationExample[] examples, ScanGeometry geometry, int width)
    {
        Directory.CreateDirectory(folder);
        ReducerFile.Save(
            Path.Combine(folder, "model.safetensors"), network, ReducerArchitecture.Of("DuDoNet", "G", width), geometry, [], overwrite: true);
        network.eval();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var scans = ScanBatch.Of([.. examples.Select(example => example.Input)], geometry, CPU);
        var output = network.Restore(scans.Sinogram, scans.Trace, scans.Interpolated);
        Save("sinogram", scans.Sinogram);
        Save("trace", scans.Trace);
        Save("interpolated", scans.Interpolated);
        Save("true_sinogram", ScanBatch.Stack(examples, e => e.Sinogram, geometry.Views, geometry.Bins, CPU));
        Save("true_image", ScanBatch.Stack(examples, e => e.Image, geometry.ImageSize, geometry.ImageSize, CPU));
        Save("output_sinogram", output.Sinogram!);
        Save("reconstruction", output.Reconstruction!);
        Save("output_image", output.Image);

        void Save(string name, Tensor values) => NpyFile.Write<float>(
            Path.Combine(folder, name + ".npy"), values.contiguous().data<float>().ToArray(), [.. values.shape.Select(length => (int)length)]);
    }

    private static void Print(FormattableString name, int repetitions, Action work)
    {
        work();
        var best = Enumerable.Range(0, repetitions).Select(_ => ScaleRun.Seconds(work)).MinBy(cost => cost.Wall);
        ScaleRun.Print($"{name.ToString(CultureInfo.InvariantCulture)}: {best.Wall:F3} s ({best.Processor:F3} s of the processor), least of {repetitions}");
    }

    private static int Number(ScaleRun run, string name, int otherwise) =>
        run[name] is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
