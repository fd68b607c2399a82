using System.Globalization;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>Trains a network on the examples of a source, such as those made for each step from the step's own generator, and validates it on fixed ones.</summary>
internal abstract class RestorationTask : TrainingTask, IDisposable
{
    private readonly IExampleSource _source;
    private readonly RestorationExample[] _validation;
    private readonly ReducerTrainingOptions _options;

    // A step is whole or not done: what a cancelled one had changed, such as the means of a normalisation, would be saved.
    private readonly WorkContext _work;

    protected RestorationTask(
        ReducerTrainingOptions options, IExampleSource source, RestorationExample[] validation, int examples, string data,
        Device device, WorkContext work)
    {
        (_options, _source, _validation, Device, ExampleCount) = (options, source, validation, device, examples);
        _work = work with { Cancellation = CancellationToken.None, Progress = null };
        Network = options.Architecture.Create(options.Geometry, device);
        Network.to(device);
        MixedPrecision.Apply(Network, options.MixedPrecision);
        if (Network is DualDomainNetwork dual) dual.Inversion.Work = _work;
        Identity = new Dictionary<string, string>
        {
            ["network"] = options.Architecture + (options.MixedPrecision ? " mixed" : ""),
            ["geometry"] = ScanGeometryFile.ToJson(options.Geometry),
            ["simulation"] = options.SimulationText,
            ["data"] = data,
            ["examples"] = examples.ToString(CultureInfo.InvariantCulture),
            ["patch"] = options.PatchSize.ToString(CultureInfo.InvariantCulture),
            ["validation"] = validation.Length.ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>The network.</summary>
    public RestorationNetwork Network { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Identity { get; }

    /// <inheritdoc/>
    public override int ExampleCount { get; }

    /// <inheritdoc/>
    public override Device Device { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, nn.Module> Modules => new Dictionary<string, nn.Module> { ["network"] = Network };

    /// <inheritdoc/>
    public override IReadOnlyList<string> Measures { get; } = ["validation_psnr", "validation_ssim"];

    /// <summary>The parameters of the network.</summary>
    public long ParameterCount => Network.parameters().Sum(parameter => parameter.numel());

    /// <inheritdoc/>
    public override void Initialise(Generator generator) => Network.Initialise(generator);

    /// <inheritdoc/>
    public override IReadOnlyList<double> Step(TrainingBatch batch)
    {
        var examples = _source.Make(batch.Examples.Span, batch.Random, _work);
        var scans = ScanBatch.Of([.. examples.Select(example => example.Input)], _source.Geometry, Device);
        return Step(scans, examples, batch.Random.Fork(-1));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<double> Validate(WorkContext work)
    {
        var (psnr, ssim) = (0.0, 0.0);
        foreach (var (image, example) in Restored(work))
        {
            var size = _source.Geometry.ImageSize;
            var quality = ImageQuality.Measure(image, RestorationInput.ToImage(example.Image, size), example.Metal);
            psnr += quality.PsnrWindow / _validation.Length;
            ssim += quality.SsimWindow / _validation.Length;
        }

        return [psnr, ssim];
    }

    /// <summary>The validation examples as the network restores them, 1/cm.</summary>
    public IEnumerable<(SliceImage Image, RestorationExample Example)> Restored(WorkContext work)
    {
        foreach (var example in _validation)
        {
            work.ThrowIfCancelled();
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            var image = Network.Restore(ScanBatch.Of([example.Input], _source.Geometry, Device)).cpu().contiguous();
            yield return (RestorationInput.ToImage(image.data<float>().ToArray(), _source.Geometry.ImageSize), example);
        }
    }

    /// <summary>What is done at each epoch's end, such as writing pictures; nothing unless given.</summary>
    public Action<WorkContext>? AtEpoch { get; set; }

    /// <inheritdoc/>
    public override void Show(CurvePoint point, WorkContext work) => AtEpoch?.Invoke(work);

    /// <summary>One step on scans.</summary>
    protected abstract IReadOnlyList<double> Step(ScanBatch scans, RestorationExample[] examples, SeededRandom random);

    /// <summary>The true images, [B, 1, N, N] in multiples of water.</summary>
    protected Tensor Truth(RestorationExample[] examples) => ScanBatch.Stack(
        examples, example => example.Image, _source.Geometry.ImageSize, _source.Geometry.ImageSize, Device);

    /// <summary>The true sinograms, [B, 1, views, bins].</summary>
    protected Tensor TrueSinograms(RestorationExample[] examples) => ScanBatch.Stack(
        examples, example => example.Sinogram, _source.Geometry.Views, _source.Geometry.Bins, Device);

    /// <summary>An optimiser of a module with the run's settings.</summary>
    protected TrainingOptimiser OptimiserOf(string name, nn.Module module) =>
        new(name, module, _options.Optimiser, HalvingSchedule.Of(_options.HalvingEpochs, _options.Training.Epochs));

    /// <summary>The side of the patches to cut from images of a size.</summary>
    protected int PatchSize => _options.PatchSize == 0
        ? _source.Geometry.ImageSize : Math.Min(_options.PatchSize, _source.Geometry.ImageSize);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        foreach (var optimiser in Optimisers) optimiser.Dispose();
        Network.Dispose();
    }
}
