using System.Globalization;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>What adversarial training minimises.</summary>
public enum AdversarialObjective
{
    /// <summary>The cross-entropy of the attacked images (Madry et al. 2018).</summary>
    Pgd,

    /// <summary>
    /// The cross-entropy of the clean images, and beta times the divergence of the attacked images' classes from theirs
    /// (TRADES, Zhang et al. 2019).
    /// </summary>
    Trades,
}

/// <summary>Training on images that are attacked anew in every step, in the maximum norm.</summary>
public sealed record AdversarialTraining : ITrainingAttack
{
    /// <summary>What is minimised.</summary>
    public AdversarialObjective Objective { get; init; }

    /// <summary>The budget.</summary>
    public required Epsilon Epsilon { get; init; }

    /// <summary>Steps of the attack, 1 or more.</summary>
    public int Steps
    {
        get;
        init => field = OptionRange.Within(value, 1, 10_000);
    } = 7;

    /// <summary>Length of a step in budgets, above 0.</summary>
    public double RelativeStep
    {
        get;
        init => field = OptionRange.Above(value, 0, 100);
    } = 0.25;

    /// <summary>
    /// The share of the run in which the budget rises linearly from 0, 0 to 1. Large budgets from the first step on
    /// may leave a network that gives each image the same answer.
    /// </summary>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>.</exception>
    public double Warmup
    {
        get;
        init => field = OptionRange.Within(value, 0, 1);
    }

    /// <summary>beta of TRADES, above 0.</summary>
    public double Beta
    {
        get;
        init => field = OptionRange.Above(value, 0);
    } = 6;

    /// <summary>The settings in one line, for the record of a run.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Objective} epsilon {Epsilon.Pixels} steps {Steps} step {RelativeStep}")
        + (Warmup > 0 ? string.Create(CultureInfo.InvariantCulture, $" warm-up {Warmup}") : "")
        + (Objective == AdversarialObjective.Trades ? string.Create(CultureInfo.InvariantCulture, $" beta {Beta}") : "");

    /// <summary>The budget after a share of the run, for images in [0, 1].</summary>
    internal double BudgetAt(double position) => position < Warmup ? Epsilon.Value * position / Warmup : Epsilon.Value;

    /// <inheritdoc/>
    Tensor ITrainingAttack.Loss(ClassifierNetwork network, Tensor images, Tensor labels, Generator draws, double position) =>
        Loss(network, images, labels, draws, position);

    /// <inheritdoc cref="ITrainingAttack.Loss"/>
    internal Tensor Loss(ClassifierNetwork network, Tensor images, Tensor labels, Generator draws, double position)
    {
        var changed = Climb(network, images, labels, draws, BudgetAt(position));
        if (Objective == AdversarialObjective.Pgd) return nn.functional.cross_entropy(network.forward(changed), labels);
        var logits = network.forward(images);
        var divergence = Divergence(logits, network.forward(changed)).mean();
        return nn.functional.cross_entropy(logits, labels).add(divergence, alpha: Held(Beta));
    }

    /// <inheritdoc/>
    Tensor ITrainingAttack.Attacked(ClassifierNetwork network, Tensor images, Tensor labels, Generator draws) =>
        Climb(network, images, labels, draws, Epsilon.Value);

    /// <summary>Projected steps from a random point of the ball, up the loss that the objective takes of attacked images.</summary>
    private Tensor Climb(ClassifierNetwork network, Tensor images, Tensor labels, Generator generator, double budget)
    {
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        using var frozen = new FrozenModule(network);
        using var ball = new PixelBall(images, budget);
        using var clean = Objective == AdversarialObjective.Trades ? network.forward(images) : null;
        var noise = empty_like(images).uniform_(-budget, budget, generator);
        var changed = ball.Project_(images.Plus(noise));
        for (var step = 0; step < Steps; step++)
        {
            using var inner = NewDisposeScope();
            var leaf = changed.detach().requires_grad_();
            var logits = network.forward(leaf);
            var loss = clean is null
                ? ClassificationLosses.CrossEntropy(logits, labels)
                : Divergence(clean, logits);
            var gradient = autograd.grad([loss.sum()], [leaf])[0];
            ball.Project_(changed.add_(gradient.sign(), alpha: Held(RelativeStep * budget)));
        }

        return changed.MoveToOuterDisposeScope();
    }

    // The Kullback-Leibler divergence of the second's classes from the first's, an image each.
    private static Tensor Divergence(Tensor logits, Tensor changed)
    {
        using var scope = NewDisposeScope();
        var expected = nn.functional.log_softmax(logits, 1);
        var found = nn.functional.log_softmax(changed, 1);
        return (expected.exp() * (expected - found)).sum(1).MoveToOuterDisposeScope();
    }
}
