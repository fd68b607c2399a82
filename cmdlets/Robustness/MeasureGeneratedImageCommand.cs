using System.Diagnostics;
using System.Management.Automation;
using Thesis.Engine.Data;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>
/// Measures how near the samples of a generator, or projected images, are to the real images of a dataset: the Inception score and
/// the Frechet distance (FID).
/// </summary>
/// <remarks>
/// <para>Both look through a classifier, the extractor: the Inception score at its probabilities (exp of the mean divergence of an
/// image's classes from those of all, in ten splits), the Frechet distance at its features before the last layer (the distance
/// of two normal distributions with the means and covariances of generated and real images). Scores of two extractors, or of
/// other numbers of images, do not compare; the record names both.</para>
/// <para>The extractor is the module's classifier of digits unless Extractor names another: a model of Build-Classifier, or ONNX,
/// such as an Inception network, whose features are the output FeatureOutput, else its logits. It must take the dataset's
/// images as they are.</para>
/// <para>Files ending in .safetensors are generators, of which Count samples are drawn; npy files are images, N x C x H x W in
/// [0, 1], as Invoke-GenerativeProjection and New-AdversarialExample write: the columns IS and FID of Table 5.1, whose MSE is
/// that cmdlet's MeanError.</para>
/// </remarks>
/// <notes>
/// <para>Tensors need libtorch: a restore of the sources brings it, Install-ThesisBackend does for a module that was
/// installed, and the variable THESIS_LIBTORCH names a folder of one's own, such as a CUDA build. The variable THESIS_DATA
/// names the folder of the catalogue's datasets.</para>
/// </notes>
/// <example>
/// <code>Measure-GeneratedImage generator.safetensors shapes -Extractor shapes.safetensors -Count 200</code>
/// <para>Two hundred samples beside the test images, seen by a classifier of them.</para>
/// </example>
/// <example>
/// <code>Invoke-GenerativeProjection mnist-generator mnist -Inverter mnist-inverter -Restarts 1 -Steps 0 -First 1000 -Destination inverted | Measure-GeneratedImage</code>
/// <para>What InvGAN's inverter alone makes of a thousand digits.</para>
/// </example>
/// <parameter name="Dataset">The dataset whose test part has the real images: a name, such as mnist, or a folder of labelled
/// images.</parameter>
/// <seealso cref="BuildGenerativeModelCommand"/>
/// <seealso cref="InvokeGenerativeProjectionCommand"/>
[Cmdlet(VerbsDiagnostic.Measure, "GeneratedImage", DefaultParameterSetName = PathSet)]
[OutputType(typeof(GeneratedImageScore))]
public sealed class MeasureGeneratedImageCommand : ModelFileCmdlet
{
    /// <summary>Generators (safetensors, or mnist-generator, the module's own) or images (npy), with wildcards.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OwnModelCompleter))]
    [ValidateNotNullOrEmpty]
    public override string[] Path { get; set; } = [];

    /// <summary>The classifier that is looked through, safetensors or ONNX; the module's classifier of digits unless given.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(OwnModelCompleter))]
    [ValidateNotNullOrEmpty]
    public string Extractor { get; set; } = OwnModels.Classifier;

    /// <summary>The output of an ONNX extractor that holds its features; its logits are taken unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FeatureOutput { get; set; }

    /// <summary>The output of an ONNX extractor that holds its logits; the first of floating-point numbers unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutputName { get; set; }

    /// <summary>Samples of a generator, 5000 unless given; of images the first ones, all unless given.</summary>
    [Parameter]
    [ValidateRange(2, 10_000_000)]
    public int? Count { get; set; }

    /// <summary>Takes this many of the real images, from the first on; all unless given.</summary>
    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>Splits of the Inception score.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int Splits { get; set; } = 10;

    /// <summary>Images that are computed together. It changes no random draw.</summary>
    [Parameter]
    [ValidateRange(1, 65_536)]
    public int BatchSize { get; set; } = 100;

    /// <summary>The seed of a generator's samples.</summary>
    [Parameter]
    public long Seed { get; set; } = 1;

    /// <inheritdoc/>
    protected override void Take(string model)
    {
        var clock = Stopwatch.StartNew();
        var dataset = ImageDatasets.Open(this, Dataset, DataPath);
        var all = Compute(work => dataset.Read(DatasetSplit.Test, work));
        var real = First is { } first && first < all.Count ? all.Slice(0, first) : all;
        var extractor = ModelPaths.File(this, Extractor);
        var options = new GeneratedImageOptions
        {
            ExtractorPath = extractor,
            FeatureOutput = FeatureOutput,
            Loading = new ClassifierLoadOptions { ImageShape = real.Shape, Samples = real, OutputName = OutputName },
            Count = Count,
            Splits = Splits,
            BatchSize = BatchSize,
            Seed = Seed,
        };
        var quality = Compute(work => GeneratedImageRuns.Measure(model, real, options, work));
        WriteObject(new GeneratedImageScore
        {
            Path = model,
            Kind = quality.IsGenerator ? "Samples" : "Images",
            Dataset = dataset.Reference,
            InceptionScore = quality.InceptionMean,
            InceptionDeviation = quality.InceptionDeviation,
            RealInceptionScore = quality.RealInceptionMean,
            FrechetDistance = quality.Distance,
            Count = quality.Count,
            RealCount = quality.ReferenceCount,
            ExtractorPath = extractor,
            ExtractorSha256 = quality.ExtractorSha256,
            Features = quality.Features,
            FeatureLength = quality.FeatureLength,
            Seconds = clock.Elapsed.TotalSeconds,
        });
    }
}
