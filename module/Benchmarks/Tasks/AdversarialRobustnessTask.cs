using Thesis.Engine.Robustness;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// Attacks on a classifier: <c>Build-Classifier</c> and <c>Test-AdversarialRobustness</c>. A dataset is a folder of labelled
/// images, with or without a trained model or the module's own models, or the generated shapes. With a defence
/// <c>Build-GenerativeModel</c> and <c>Build-GeneratorInverter</c> train what it needs where the models are not the module's, and
/// <c>Measure-AttackDetection</c> may measure detection.
/// </summary>
internal static class AdversarialRobustnessTask
{
    /// <summary>The method that attacks nothing.</summary>
    public const string Clean = "Clean";

    /// <summary>The method that projects images onto a generator and measures what comes of it, as in Table 5.1.</summary>
    public const string Projection = "Projection";

    public static BenchmarkTask Definition { get; } = new()
    {
        Name = "adversarial-robustness",
        Files = [new("images"), new("model", Required: false)],
        Protocols = ["shapes"],
        DatasetParameters = new Dictionary<string, ParameterKind>
        {
            ["Models"] = ParameterKind.Text,
            ["Architecture"] = ParameterKind.Text,
            ["Epochs"] = ParameterKind.Integer,
            ["WitnessEpochs"] = ParameterKind.Integer,
            ["First"] = ParameterKind.Integer,
            ["GenerativeArchitecture"] = ParameterKind.Text,
            ["Width"] = ParameterKind.Integer,
            ["GeneratorSteps"] = ParameterKind.Integer,
            ["GeneratorRate"] = ParameterKind.Number,
            ["InverterSteps"] = ParameterKind.Integer,
            ["InverterRate"] = ParameterKind.Number,
            ["AdversarialWeight"] = ParameterKind.Number,
            ["MixedPrecision"] = ParameterKind.Flag,
            ["HalfPrecision"] = ParameterKind.Flag,
        },
        Methods = [Clean, Projection, .. AttackCatalogue.Names],
        Parameters = new Dictionary<string, ParameterKind>
        {
            ["Epsilon"] = ParameterKind.Number,
            ["EpsilonUnit"] = ParameterKind.Text,
            ["Steps"] = ParameterKind.Integer,
            ["StepSize"] = ParameterKind.Number,
            ["Restarts"] = ParameterKind.Integer,
            ["Confidence"] = ParameterKind.Number,
            ["SearchSteps"] = ParameterKind.Integer,
            ["InitialConstant"] = ParameterKind.Number,
            ["LearningRate"] = ParameterKind.Number,
            ["Queries"] = ParameterKind.Integer,
            ["Target"] = ParameterKind.Text,
            ["First"] = ParameterKind.Integer,
            ["Defence"] = ParameterKind.Text,
            ["DefenceRestarts"] = ParameterKind.Integer,
            ["DefenceSteps"] = ParameterKind.Integer,
            ["DefencePruneAfter"] = ParameterKind.Integer,
            ["DefencePruneTo"] = ParameterKind.Integer,
            ["DefenceAdam"] = ParameterKind.Flag,
            ["Eta"] = ParameterKind.Number,
            ["AdversarialWeight"] = ParameterKind.Number,
            ["SemanticWeight"] = ParameterKind.Number,
            ["LatentWeight"] = ParameterKind.Number,
            ["JointSteps"] = ParameterKind.Integer,
            ["JointRate"] = ParameterKind.Number,
            ["JointWidth"] = ParameterKind.Integer,
            ["ProjectionRestarts"] = ParameterKind.Integer,
            ["ProjectionSteps"] = ParameterKind.Integer,
            ["ExpectationDraws"] = ParameterKind.Integer,
            ["JudgingDraws"] = ParameterKind.Integer,
            ["NoiseDraws"] = ParameterKind.Integer,
            ["EarlyStop"] = ParameterKind.Flag,
            ["Detection"] = ParameterKind.Flag,
        },
        Metrics =
        [
            new("accuracy", "1"),
            new("accuracy_lower", "1"),
            new("accuracy_upper", "1"),
            new("success_rate", "1"),
            new("mean_linf", "pixels"),
            new("mean_l2", "pixels"),
            new("auc_image", "1"),
            new("auc_image_lower", "1"),
            new("auc_image_upper", "1"),
            new("auc_semantic", "1"),
            new("auc_semantic_lower", "1"),
            new("auc_semantic_upper", "1"),
            new("detected_image", "1"),
            new("detected_semantic", "1"),
            new("defended_or_detected", "1"),
            new("turned", "images"),
            new("witness_right", "images"),
            new("witness_turned", "images"),
            new("mse", "1"),
            new("mse_deviation", "1"),
            new("inception_score", "1"),
            new("inception_deviation", "1"),
            new("frechet_distance", "1"),
            new("mean_steps", "1"),
        ],
    };
}
