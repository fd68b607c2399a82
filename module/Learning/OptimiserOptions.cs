using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning;

/// <summary>The optimisers.</summary>
public enum OptimiserKind
{
    /// <summary>Adam (Kingma and Ba 2015).</summary>
    Adam,

    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,
}

/// <summary>An optimiser and its settings. The defaults are the dissertation's for classifiers: Adam at 1e-3.</summary>
public sealed record OptimiserOptions
{
    private readonly double _learningRate = 1e-3;
    private readonly double _beta1 = 0.9;
    private readonly double _beta2 = 0.999;
    private readonly double _epsilon = 1e-8;
    private readonly double _momentum = 0.9;
    private readonly double _weightDecay;

    /// <summary>Which one.</summary>
    public OptimiserKind Kind { get; init; }

    /// <summary>The base learning rate, over 0 and finite.</summary>
    /// <exception cref="InputException"><c>OptimiserInvalid</c>.</exception>
    public double LearningRate
    {
        get => _learningRate;
        init => _learningRate = value > 0 && double.IsFinite(value) ? value : throw Invalid(nameof(LearningRate), value);
    }

    /// <summary>Adam's decay of the mean of the gradients, [0, 1).</summary>
    /// <exception cref="InputException"><c>OptimiserInvalid</c>.</exception>
    public double Beta1 { get => _beta1; init => _beta1 = Share(nameof(Beta1), value); }

    /// <summary>Adam's decay of the mean of their squares, [0, 1).</summary>
    /// <exception cref="InputException"><c>OptimiserInvalid</c>.</exception>
    public double Beta2 { get => _beta2; init => _beta2 = Share(nameof(Beta2), value); }

    /// <summary>What Adam adds to the root of the mean square, over 0.</summary>
    /// <exception cref="InputException"><c>OptimiserInvalid</c>.</exception>
    public double Epsilon
    {
        get => _epsilon;
        init => _epsilon = value is > 0 and < 1 ? value : throw Invalid(nameof(Epsilon), value);
    }

    /// <summary>The momentum of gradient descent, [0, 1).</summary>
    /// <exception cref="InputException"><c>OptimiserInvalid</c>.</exception>
    public double Momentum { get => _momentum; init => _momentum = Share(nameof(Momentum), value); }

    /// <summary>The factor of the parameters that is added to their gradients, 0 or more.</summary>
    /// <exception cref="InputException"><c>OptimiserInvalid</c>.</exception>
    public double WeightDecay
    {
        get => _weightDecay;
        init => _weightDecay = value >= 0 && double.IsFinite(value) ? value : throw Invalid(nameof(WeightDecay), value);
    }

    /// <summary>The options in one line, for the record of a run.</summary>
    public override string ToString() => Kind == OptimiserKind.Adam
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"adam lr {LearningRate} betas {Beta1}/{Beta2} eps {Epsilon} decay {WeightDecay}")
        : string.Create(
            CultureInfo.InvariantCulture, $"sgd lr {LearningRate} momentum {Momentum} decay {WeightDecay}");

    private static double Share(string name, double value) => value is >= 0 and < 1 ? value : throw Invalid(name, value);

    private static InputException Invalid(string name, double value) => new(
        "OptimiserInvalid", FaultKind.InvalidArgument,
        string.Create(CultureInfo.InvariantCulture, $"{name} of the optimiser cannot be {value}."), value);
}
