using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// PGD on a model behind a projection and on its detector at once, by selective steps (Bryniarski et al. 2021): an image that the
/// model has right climbs the log odds, one that is turned descends the semantic distance norm(Phi(x) - Phi(P(x))) of (5.12). Of the
/// points that are turned the one of least distance is kept, else the last. It goes back through G(I(x)), or through the identity
/// where the defence has no inverter.
/// </summary>
/// <param name="options">Steps, starts and their length.</param>
/// <param name="settings">The projection as the attacker computes it.</param>
/// <param name="gradient">What it goes back through; null for the above.</param>
internal sealed class DetectorAttack(ProjectedGradientOptions options, AttackSettings settings, DefenceGradient? gradient = null)
    : BudgetAttack("PGD-Detector", AttackAccess.WhiteBox, PerturbationNorm.Linf), IAdversarialAttack
{
    private readonly ProjectedGradientAttack _ascent = new(options);

    /// <inheritdoc/>
    public override object? Settings => options;

    /// <inheritdoc/>
    public AttackerKnowledge? Knowledge => AttackerKnowledge.White;

    /// <inheritdoc/>
    public void RequireModel(ImageClassifier classifier) => Seen(classifier);

    /// <summary>What the attacker sees at some points.</summary>
    /// <param name="Gradient">Of what each image climbs.</param>
    /// <param name="Turned">Whether each image reaches the goal.</param>
    /// <param name="Distances">The semantic distance of each image.</param>
    internal sealed record View(Tensor Gradient, Tensor Turned, Tensor Distances);

    private protected override AttackOutcome Attack(
        ImageClassifier classifier, AttackBatch batch, Epsilon epsilon, WorkContext context)
    {
        using var scope = NewDisposeScope();
        var seen = Seen(classifier);
        using var ball = NormBall.Around(batch.Images, epsilon.Value, PerturbationNorm.Linf);
        var (kept, least) = (batch.Images.clone(), full([batch.Count], Held(double.PositiveInfinity), ScalarType.Float64, batch.Images.device));
        for (var start = 0; start < options.Restarts; start++)
        {
            var images = _ascent.Start(batch, epsilon.Value, start).clone();
            for (var step = 0; step <= options.Steps; step++)
            {
                context.ThrowIfCancelled();
                using var inner = NewDisposeScope();
                var view = Look(seen, batch, images);
                var better = view.Turned.logical_and(view.Distances.lt(least));
                kept.copy_(where(better.view(-1, 1, 1, 1), images, kept));
                least.copy_(where(better, view.Distances, least));
                if (step < options.Steps) ball.Project_(images.add_(ball.Ascent(view.Gradient), alpha: Held(options.RelativeStep * epsilon.Value)));
            }

            kept.copy_(where(least.isinf().view(-1, 1, 1, 1), images, kept));
        }

        return AttackOutcome.Uniform(epsilon, kept.MoveToOuterDisposeScope(), options.Steps * options.Restarts);
    }

    /// <summary>The model through the attacker's projection.</summary>
    internal CompositeClassifier Seen(ImageClassifier classifier)
    {
        var defended = AdaptiveAttack.Defended(classifier, Name);
        var way = gradient ?? (defended.Projection!.Inverter is null ? DefenceGradient.Identity : DefenceGradient.Inverter);
        return defended.SeenThrough(way, settings.ProjectionRestarts, settings.ProjectionSteps);
    }

    /// <summary>Looks at some points; logits and distances are means over the passes of a random defence.</summary>
    internal static View Look(CompositeClassifier seen, AttackBatch batch, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var leaf = images.detach().requires_grad_();
        var passes = seen.IsRandom ? batch.Expectation : 1;
        Tensor? logits = null, distances = null;
        for (var pass = 0; pass < passes; pass++)
        {
            var projected = seen.Defended(leaf, batch.NextDraws());
            var (found, distance) = (seen.Inner.Logits(projected), DetectionMeasurement.SemanticDistances(seen.Inner, leaf, projected));
            logits = logits is null ? found : logits.Plus(found);
            distances = distances is null ? distance : distances.Plus(distance);
        }

        (logits, distances) = (logits!.div(Held(passes)), distances!.div(Held(passes)));
        var turned = batch.Goal.Reached(logits);
        var climbed = where(turned, distances.neg(), batch.Goal.LogOdds(logits));
        var slope = autograd.grad([climbed.sum()], [leaf])[0].nan_to_num(0);
        return new View(
            slope.MoveToOuterDisposeScope(), turned.MoveToOuterDisposeScope(),
            distances.detach().to(ScalarType.Float64).MoveToOuterDisposeScope());
    }
}
