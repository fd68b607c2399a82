using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Trains a network on patches of images: RDN-CT by the mean absolute difference, CNNMAR by the mean squared one, both in multiples of
/// water.
/// </summary>
internal sealed class ImageTask : RestorationTask
{
    private readonly TrainingOptimiser _optimiser;
    private readonly bool _isSquared;

    public ImageTask(
        ReducerTrainingOptions options, IExampleSource source, RestorationExample[] validation, int examples, string data,
        Device device, WorkContext work)
        : base(options, source, validation, examples, data, device, work)
    {
        _optimiser = OptimiserOf("network", Network);
        _isSquared = options.Architecture.Family == ReducerFamily.Prior;
    }

    public override IReadOnlyList<TrainingOptimiser> Optimisers => [_optimiser];

    public override IReadOnlyList<string> Losses { get; } = ["loss"];

    protected override IReadOnlyList<double> Step(ScanBatch scans, RestorationExample[] examples, SeededRandom random)
    {
        var input = _isSquared ? cat([scans.Artifact, scans.Corrected!, scans.Interpolated], dim: 1) : scans.Artifact;
        var patches = ImagePatches.Cut(PatchSize, random, input, Truth(examples));
        var output = Network.forward(patches[0]);
        var loss = _isSquared ? nn.functional.mse_loss(output, patches[1]) : nn.functional.l1_loss(output, patches[1]);
        _optimiser.Descend(loss);
        return [loss.item<float>()];
    }
}
