using Thesis.Engine.Robustness;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// Attacks on a classifier: <c>Build-Classifier</c> and <c>Test-AdversarialRobustness</c>. A dataset is a folder of labelled
/// images, with or without a trained model, or the generated shapes.
/// </summary>
internal static class AdversarialRobustnessTask
{
    /// <summary>The method that attacks nothing.</summary>
    public const string Clean = "Clean";

    public static BenchmarkTask Definition { get; } = new()
    {
        Name = "adversarial-robustness",
        Files = [new("images"), new("model", Required: false)],
        Protocols = ["shapes"],
        DatasetParameters = new Dictionary<string, ParameterKind>
        {
            ["Architecture"] = ParameterKind.Text,
            ["Epochs"] = ParameterKind.Integer,
            ["First"] = ParameterKind.Integer,
        },
        Methods = [Clean, .. AttackCatalogue.Names],
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
        },
        Metrics =
        [
            new("accuracy", "1"),
            new("accuracy_lower", "1"),
            new("accuracy_upper", "1"),
            new("success_rate", "1"),
            new("mean_linf", "pixels"),
            new("mean_l2", "pixels"),
        ],
    };
}
