using System.Runtime.CompilerServices;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Evaluations of a model's file: loads the tensor library and the model, runs, and releases the model. No signature names
/// a tensor.
/// </summary>
public static class RobustnessRuns
{
    /// <summary>The images that the checks look at, from the first on.</summary>
    public const int CheckedImages = 100;

    /// <summary>Accuracy on clean images and under attacks.</summary>
    /// <param name="modelPath">The model's file.</param>
    /// <param name="loading">Precision, trust, shape.</param>
    /// <param name="images">The images.</param>
    /// <param name="options">Attacks and budgets.</param>
    /// <param name="context">Cancellation, progress, device, threads.</param>
    /// <exception cref="InputException">
    /// Faults of the model, of <see cref="ClassifierFit.Align"/>, or of <see cref="RobustnessEvaluator"/>;
    /// <c>LogitsDependOnBatch</c>.
    /// </exception>
    public static RobustnessReport Evaluate(
        string modelPath, ClassifierLoadOptions loading, LabelledImages images, RobustnessEvaluationOptions options,
        WorkContext context) => With(modelPath, loading, context, classifier =>
    {
        // A grey attack asks the classifier inside, which draws nothing.
        if (options.Attacks?.Any(attack => attack.Access == AttackAccess.WhiteBox && attack.Knowledge != AttackerKnowledge.Grey) ?? true)
        {
            WarnOfOneDraw(classifier, options.Run, context);
        }

        var aligned = ClassifierFit.Align(classifier, images, context);
        ClassifierFit.RequireOwnLogits(classifier, aligned, context);
        return Attacked(modelPath, classifier, loading, aligned, options, context);
    });

    /// <summary>How well attacks on a model behind a projection are detected.</summary>
    /// <param name="modelPath">The model's file, a description.</param>
    /// <param name="loading">Precision, trust, shape.</param>
    /// <param name="images">Clean images, which are attacked.</param>
    /// <param name="calibration">Other clean images, for the threshold.</param>
    /// <param name="options">Attacks, budgets.</param>
    /// <param name="context">Cancellation, progress, device, threads.</param>
    /// <exception cref="InputException">Faults of the model, or of <see cref="DetectionMeasurement"/>.</exception>
    public static IReadOnlyList<DetectionRow> Detect(
        string modelPath, ClassifierLoadOptions loading, LabelledImages images, LabelledImages calibration, DetectionOptions options,
        WorkContext context) => With(modelPath, loading, context, classifier =>
    {
        using var second = options.WitnessPath is null ? null : Second(modelPath, classifier, loading, options.WitnessPath, context);
        return DetectionMeasurement.Measure(
            classifier, ClassifierFit.Align(classifier, images, context), ClassifierFit.Align(classifier, calibration, context), options,
            context, second, Told(ModelIdentity.Of(modelPath, classifier, context), loading));
    });

    /// <summary>The checks, on the first <see cref="CheckedImages"/> images.</summary>
    /// <param name="modelPath">The model's file.</param>
    /// <param name="loading">Precision, trust, shape.</param>
    /// <param name="images">The images.</param>
    /// <param name="options">Norm, budgets, steps.</param>
    /// <param name="context">Cancellation, progress, device, threads.</param>
    /// <exception cref="InputException">Faults of the model, or of <see cref="GradientMaskingChecks"/>.</exception>
    public static IReadOnlyList<GradientMaskingCheck> Check(
        string modelPath, ClassifierLoadOptions loading, LabelledImages images, GradientMaskingOptions options,
        WorkContext context) => With(modelPath, loading, context, classifier =>
    {
        var aligned = ClassifierFit.Align(classifier, images, context);
        return GradientMaskingChecks.Run(
            classifier, aligned.Slice(0, Math.Min(images.Count, CheckedImages)), options, context);
    });

    /// <summary>What randomised smoothing certifies.</summary>
    /// <param name="modelPath">The model's file.</param>
    /// <param name="loading">Precision, trust, shape.</param>
    /// <param name="images">The images.</param>
    /// <param name="options">Noise, draws, alpha.</param>
    /// <param name="context">Cancellation, progress, device, threads.</param>
    /// <exception cref="InputException">Faults of the model, or of <see cref="RandomisedSmoothing"/>.</exception>
    public static SmoothingReport Certify(
        string modelPath, ClassifierLoadOptions loading, LabelledImages images, SmoothingOptions options, WorkContext context) =>
        With(modelPath, loading, context, classifier =>
            RandomisedSmoothing.Certify(classifier, ClassifierFit.Align(classifier, images, context), options, context));

    // A model by content, and how it was read.
    private static string Told(ModelIdentity model, ClassifierLoadOptions loading) => string.Join(
        ' ', [.. model.Sha256, loading.Normalisation?.ToString(), loading.Architecture, loading.OutputName, loading.DoublePrecision ? "double" : ""]);

    private static RobustnessReport Attacked(
        string modelPath, ImageClassifier classifier, ClassifierLoadOptions loading, LabelledImages images,
        RobustnessEvaluationOptions options, WorkContext context)
    {
        if (options.SurrogatePath is null && options.ExamplePaths.Count > 0)
        {
            options = options with { Model = ModelIdentity.Of(modelPath, classifier, context) };
        }

        // Each look at an image is a projection.
        if (classifier is CompositeClassifier { Projection: not null })
        {
            options = options with { KeptAs = Told(ModelIdentity.Of(modelPath, classifier, context), loading) };
        }

        using var second = options.WitnessPath is null ? null : Second(modelPath, classifier, loading, options.WitnessPath, context);
        if (options.SurrogatePath is not { } path)
        {
            return RobustnessEvaluator.Evaluate(classifier, images, options, context, second: second);
        }

        // The architecture and the trust of the command line are of both: they say how files without a description are read.
        using var crafting = ClassifierLoader.Load(path, loading, context);
        var model = ModelIdentity.Of(modelPath, classifier, context);
        options = options with { Model = model };
        var knowledge = model.KnownBy(ModelIdentity.Of(path, crafting, context));
        context.Verbose?.Invoke($"Examples are made on '{path}': the attacker's knowledge of '{modelPath}' is {knowledge}.");
        return RobustnessEvaluator.Evaluate(classifier, images, options, context, new Surrogate(crafting, knowledge), second);
    }

    private static ImageClassifier Second(
        string modelPath, ImageClassifier classifier, ClassifierLoadOptions loading, string path, WorkContext context)
    {
        var second = ClassifierLoader.Load(path, loading, context);
        var known = ModelIdentity.Of(modelPath, classifier, context).KnownBy(ModelIdentity.Of(path, second, context));
        if (known != AttackerKnowledge.Black)
        {
            context.Warning?.Invoke(
                $"The second classifier '{path}' is the model '{modelPath}', or shares a part with it: what turns the one turns the other, "
                + "so it tells nothing of the images. Train another, of another seed.");
        }

        return second;
    }

    /// <summary>Attacks images and writes the files.</summary>
    /// <param name="modelPath">The model's file.</param>
    /// <param name="surrogatePath">The file of the model that the examples are made on; null for the same.</param>
    /// <param name="loading">Precision, trust, shape.</param>
    /// <param name="plan">The files, for the name of the attack that the model is taken to unless one was asked for.</param>
    /// <param name="options">Seed, batches, target.</param>
    /// <param name="context">Cancellation, progress, device, threads.</param>
    /// <exception cref="InputException">Faults of the models, or of <see cref="AdversarialExampleFiles"/>.</exception>
    public static IReadOnlyList<AdversarialExampleFile> Write(
        string modelPath, string? surrogatePath, ClassifierLoadOptions loading, Func<string, AdversarialExampleFiles> plan,
        AttackRunOptions options, WorkContext context) =>
        With(modelPath, loading, context, classifier =>
        {
            ArgumentNullException.ThrowIfNull(plan);
            ArgumentNullException.ThrowIfNull(options);
            using var surrogate = surrogatePath is null ? null : ClassifierLoader.Load(surrogatePath, loading, context);
            var crafting = surrogate ?? classifier;
            WarnOfOneDraw(crafting, options, context);
            var models = (
                ModelIdentity.Of(modelPath, classifier, context),
                surrogate is null ? null : ModelIdentity.Of(surrogatePath!, surrogate, context));
            return plan(AttackCatalogue.ExampleAttackFor(crafting)).Write(classifier, crafting, models, options, context);
        });

    private static void WarnOfOneDraw(ImageClassifier classifier, AttackRunOptions options, WorkContext context)
    {
        if (!classifier.IsRandom || options.ExpectationDraws > 1) return;
        context.Warning?.Invoke(
            $"'{classifier.Name}' draws anew for each pass, and the attacks follow one draw at a time: it may look more robust than it "
            + "is. Give -ExpectationDraws 20, say.");
    }

    private static T With<T>(
        string modelPath, ClassifierLoadOptions loading, WorkContext context, Func<ImageClassifier, T> run)
    {
        ArgumentNullException.ThrowIfNull(context);
        TorchBackend.EnsureLoaded();
        return Loaded(modelPath, loading, context, run);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Loaded<T>(
        string modelPath, ClassifierLoadOptions loading, WorkContext context, Func<ImageClassifier, T> run)
    {
        set_num_threads(context.Threads);
        try
        {
            using var classifier = ClassifierLoader.Load(modelPath, loading, context);
            return run(classifier);
        }
        finally
        {
            NativeAllocator.ReturnFreedMemory();
        }
    }
}
