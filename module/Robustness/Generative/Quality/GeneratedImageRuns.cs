using System.Runtime.CompilerServices;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>Measures generated images against real ones by the features and the probabilities of a classifier.</summary>
public static class GeneratedImageRuns
{
    /// <summary>Samples of a generator unless told otherwise.</summary>
    public const int DefaultSamples = 5000;

    private const string PreviousLayer = "layer before the last";

    /// <summary>Measures a generator's samples (safetensors) or saved images (npy, N x C x H x W in [0, 1]).</summary>
    /// <param name="path">The file.</param>
    /// <param name="real">Real images; their classes are not looked at.</param>
    /// <param name="options">The extractor, the number of images.</param>
    /// <param name="work">Cancellation, progress, device, threads.</param>
    /// <exception cref="InputException">
    /// <c>ImageCountInvalid</c>: fewer than two images, or than splits; <c>ImageShapeMismatch</c>, <c>GeneratorShapeMismatch</c>;
    /// <c>FeatureNotFinite</c>; the faults of <see cref="ClassifierLoader"/>, of generators' files and of npy files.
    /// </exception>
    public static GeneratedImageQuality Measure(string path, LabelledImages real, GeneratedImageOptions options, WorkContext work)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(work);
        TorchBackend.EnsureLoaded();
        return Measured(path, real, options, work);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static GeneratedImageQuality Measured(string path, LabelledImages real, GeneratedImageOptions options, WorkContext work)
    {
        set_num_threads(work.Threads);
        using var scope = NewDisposeScope();
        using var none = no_grad();
        using var extractor = new Extractor(options, work);
        ClassifierFit.CheckShape(extractor.Classifier, real);
        var isGenerator = Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase);
        using var generator = isGenerator ? GenerativeFile.LoadGenerator(path, work).Model : null;
        if (generator is not null && generator.ImageShape != real.Shape)
        {
            throw new InputException(
                "GeneratorShapeMismatch", FaultKind.InvalidData,
                $"The generator '{path}' makes images of {generator.ImageShape}; those of '{real.Source}' are {real.Shape}.", path);
        }

        Require(real.Source, real.Count, options.Splits);
        var saved = generator is null ? Saved(path, real, options, work) : null;
        var count = saved?.Count ?? options.Count ?? DefaultSamples;
        Require(path, count, options.Splits);
        var codes = new SeededRandom(options.Seed);
        var made = extractor.Read(
            count, places => generator is null
                ? ImageBatches.Images(saved!, places, extractor.Classifier.Device)
                : generator.Images(GenerativeModel.Codes(places.Length, generator.LatentLength, codes, generator.Device)),
            path, "Features of generated images", options.BatchSize, work);
        var truth = extractor.Read(
            real.Count, places => ImageBatches.Images(real, places, extractor.Classifier.Device), real.Source,
            "Features of real images", options.BatchSize, work);
        var length = (int)made.Features.shape[1];
        if (Math.Min(count, real.Count) <= length)
        {
            work.Warning?.Invoke(
                $"Features of {length} numbers want more than {length} images on either side; there are {count} generated and {real.Count} "
                + "real ones. The distance is larger than it would be of many, and compares with one of as many images only.");
        }

        var score = InceptionScore.Of(made.Probabilities, options.Splits);
        return new GeneratedImageQuality(
            generator is not null, count, real.Count, length, extractor.Source, score.Mean, score.Deviation,
            InceptionScore.Of(truth.Probabilities, options.Splits).Mean, FrechetDistance.Of(made.Features, truth.Features),
            InputFile.Sha256(options.ExtractorPath, work));
    }

    private static LabelledImages Saved(string path, LabelledImages real, GeneratedImageOptions options, WorkContext work)
    {
        var array = NpyFile.Read(path, work);
        var shape = real.Shape;
        if (array.Shape is not [> 0, var channels, var height, var width]
            || (channels, height, width) != (shape.Channels, shape.Height, shape.Width))
        {
            throw new InputException(
                "ImageShapeMismatch", FaultKind.InvalidData,
                $"'{path}' is {string.Join(" x ", array.Shape)}; the images of '{real.Source}' are N x {shape}.", path);
        }

        var values = array.Data is byte[] bytes ? Array.ConvertAll(bytes, value => value / 255f) : array.ToSingle();
        var images = new LabelledImages(shape, values, new int[array.Shape[0]], ["image"], path);
        return options.Count is { } count && count < images.Count ? images.Slice(0, count) : images;
    }

    private static void Require(string source, int count, int splits)
    {
        var least = Math.Max(2, splits);
        if (count >= least) return;
        throw new InputException(
            "ImageCountInvalid", FaultKind.InvalidData,
            $"'{source}' has {count} images; {splits} splits of an Inception score and a covariance want {least} at least.", source);
    }

    // A classifier, and what gives the features: its layer before the last, another output of its file, or its logits.
    private sealed class Extractor : IDisposable
    {
        private readonly ImageClassifier? _features;

        public Extractor(GeneratedImageOptions options, WorkContext work)
        {
            Classifier = ClassifierLoader.Load(options.ExtractorPath, options.Loading, work);
            Source = options.FeatureOutput ?? (Classifier.HasFeatures ? PreviousLayer : "logits");
            if (options.FeatureOutput is null) return;
            try
            {
                _features = ClassifierLoader.Load(
                    options.ExtractorPath, options.Loading with { OutputName = options.FeatureOutput }, work);
            }
            catch
            {
                Classifier.Dispose();
                throw;
            }
        }

        public ImageClassifier Classifier { get; }

        public string Source { get; }

        public (Tensor Features, Tensor Probabilities) Read(
            int count, Func<int[], Tensor> images, string source, string activity, int batchSize, WorkContext work)
        {
            var (features, probabilities) = (new List<Tensor>(), new List<Tensor>());
            foreach (var places in Enumerable.Range(0, count).Chunk(batchSize))
            {
                work.ThrowIfCancelled();
                using var scope = NewDisposeScope();
                var batch = images(places).to(Classifier.ElementType);
                var logits = Classifier.Logits(batch);
                var found = Features(batch, logits).flatten(1).to(ScalarType.Float64);
                if (!(found.isfinite().all().item<bool>() && logits.isfinite().all().item<bool>()))
                {
                    throw new InputException(
                        "FeatureNotFinite", FaultKind.InvalidData,
                        $"'{Classifier.Name}' gives one of the images {places[0]} to {places[^1]} of '{source}' a feature that is NaN or "
                        + "infinite.", source);
                }

                features.Add(found.MoveToOuterDisposeScope());
                probabilities.Add(logits.to(ScalarType.Float64).softmax(1).MoveToOuterDisposeScope());
                work.Report(activity, places[^1] + 1, count);
            }

            return (cat(features), cat(probabilities));
        }

        public void Dispose()
        {
            Classifier.Dispose();
            _features?.Dispose();
        }

        private Tensor Features(Tensor batch, Tensor logits) =>
            _features is not null ? _features.Logits(batch) : Classifier.HasFeatures ? Classifier.Features(batch) : logits;
    }
}
