using System.Management.Automation;
using Thesis.Engine.Data;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>What the cmdlets that look at models share: the models' files, the images, and how both meet.</summary>
/// <notes>
/// <para>Tensors need libtorch: a restore of the sources brings it, Install-ThesisBackend does for a module that was
/// installed, and the variable THESIS_LIBTORCH names a folder of one's own, such as a CUDA build. The variable THESIS_DATA
/// names the folder of the catalogue's datasets.</para>
/// </notes>
public abstract class ModelCmdlet : ModelFileCmdlet
{
    private (string Key, LabelledImages Images, string Name)? _images;

    /// <summary>
    /// The models' files, with wildcards: safetensors, as Build-Classifier writes; ONNX; a state_dict of PyTorch;
    /// TorchScript; or YAML, a model behind defences. A file of that very name comes first. Models of the module go by name:
    /// mnist-classifier, and behind a projection mnist-defensegan and mnist-invgan.
    /// </summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ModelPath")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OwnModelCompleter))]
    [ValidateNotNullOrEmpty]
    public override string[] Path { get; set; } = [];

    /// <summary>Takes this many of the test images, from the first on; all unless given.</summary>
    [Parameter]
    [Alias("Count")]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>What the numbers of the budgets count: Pixel, steps of 1/255, or Fraction, shares of the range of [0, 1].</summary>
    [Parameter]
    [ValidateSet("Pixel", "Fraction")]
    public string? EpsilonUnit { get; set; }

    /// <summary>Images that are attacked together; more need more memory. It changes no random draw.</summary>
    [Parameter]
    [ValidateRange(1, 65_536)]
    public int BatchSize { get; set; } = AttackRunOptions.DefaultBatchSize;

    /// <summary>
    /// The largest value that the model takes for a pixel: 255 for a model of 0 to 255. Budgets stay as they are.
    /// </summary>
    [Parameter]
    [ValidateRange(1e-6, 1e6)]
    public double InputRange { get; set; } = 1;

    /// <summary>
    /// The means that the model wants subtracted from its pixels, of each channel or one for all, in its own range: 0.485,
    /// 0.456, 0.406 for many models of ImageNet. Of a model behind defences they are its classifier's.
    /// </summary>
    [Parameter]
    [ValidateCount(1, 1024)]
    public double[]? Mean { get; set; }

    /// <summary>The standard deviations that the model wants its pixels divided by, of each channel or one for all.</summary>
    [Parameter]
    [ValidateCount(1, 1024)]
    public double[]? StandardDeviation { get; set; }

    /// <summary>
    /// The architecture of a model's file that holds weights alone, as a state_dict of PyTorch (.pth, or safetensors) does:
    /// model-a, small, resnet18 (torchvision's) or wide-resnet.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(ArchitectureCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Architecture { get; set; }

    /// <summary>The output of an ONNX model that holds the logits; the first of floating-point numbers unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutputName { get; set; }

    /// <summary>The seed of every random draw: starts, directions, target classes.</summary>
    [Parameter]
    public long Seed { get; set; } = 1;

    /// <summary>Allows a TorchScript model: it is a program, and loading it runs its author's code.</summary>
    [Parameter]
    public SwitchParameter TrustedCode { get; set; }

    /// <summary>How the model is loaded; a file that leaves the images' shape open takes the dataset's.</summary>
    internal ClassifierLoadOptions Loading(LabelledImages images) => new()
    {
        TrustedCode = TrustedCode,
        Architecture = Architecture,
        ImageShape = images.Shape,
        Samples = images,
        OutputName = OutputName,
        Normalisation = Normalisation(),
    };

    /// <summary>Fails for means and deviations that are none, before anything is read.</summary>
    protected override void BeginProcessing() => Require(Normalisation);

    /// <summary>The test images; those of the last call where it was the same dataset.</summary>
    internal LabelledImages TestImages(out string name)
    {
        var key = $"{Dataset}\n{DataPath}";
        if (_images is null || _images.Value.Key != key)
        {
            var dataset = ImageDatasets.Open(this, Dataset, DataPath);
            var images = Compute(work => dataset.Read(DatasetSplit.Test, work));
            _images = (key, First is { } count && count < images.Count ? images.Slice(0, count) : images, dataset.Name);
        }

        name = _images.Value.Name;
        return _images.Value.Images;
    }

    /// <summary>The first validation images, which no model was trained on.</summary>
    internal LabelledImages ValidationImages(int count)
    {
        var dataset = ImageDatasets.Open(this, Dataset, DataPath);
        var images = Compute(work => dataset.Read(DatasetSplit.Validation, work));
        return count < images.Count ? images.Slice(0, count) : images;
    }

    /// <summary>Budgets as they were typed.</summary>
    internal Epsilon[] ParseEpsilons(string[] texts)
    {
        var unit = EpsilonUnits.Parse(EpsilonUnit);
        return Array.ConvertAll(texts, text => Epsilon.Parse(text, unit));
    }

    private InputNormalisation? Normalisation() => InputRange == 1 && Mean is null && StandardDeviation is null
        ? null
        : new InputNormalisation(InputRange, Mean ?? [0], StandardDeviation ?? [1]);
}
