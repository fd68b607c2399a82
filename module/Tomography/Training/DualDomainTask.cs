using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>Trains the dual-domain model by (4.14).</summary>
internal sealed class DualDomainTask : RestorationTask
{
    private readonly TrainingOptimiser _optimiser;

    public DualDomainTask(
        ReducerTrainingOptions options, IExampleSource source, RestorationExample[] validation, int examples, string data,
        Device device, WorkContext work)
        : base(options, source, validation, examples, data, device, work)
    {
        _optimiser = OptimiserOf("network", Network);
        Losses = DualDomainNetwork.LossNames(options.Architecture.Configuration!);
    }

    public override IReadOnlyList<TrainingOptimiser> Optimisers => [_optimiser];

    public override IReadOnlyList<string> Losses { get; }

    protected override IReadOnlyList<double> Step(ScanBatch scans, RestorationExample[] examples, SeededRandom random)
    {
        var network = (DualDomainNetwork)Network;
        var output = network.Restore(scans.Sinogram, scans.Trace, scans.Interpolated);
        var losses = network.Losses(output, TrueSinograms(examples), Truth(examples));
        var sum = losses[0].Value;
        for (var i = 1; i < losses.Count; i++) sum = sum.add(losses[i].Value, HeldScalar.Held(1));
        _optimiser.Descend(sum);
        network.Inversion.ThrowIfFaulted();
        return [.. losses.Select(loss => (double)loss.Value.item<float>())];
    }
}
