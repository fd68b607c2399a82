using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The settings of <see cref="OverpoweredAttack"/>; the defaults are those of its authors.</summary>
public sealed record OverpoweredOptions
{
    /// <summary>Copies of an image's code that are moved.</summary>
    public int Copies
    {
        get;
        init => field = OptionRange.Within(value, 1, 10_000);
    } = 100;

    /// <summary>Draws of noise over which the margin is averaged in a step.</summary>
    public int NoiseDraws
    {
        get;
        init => field = OptionRange.Within(value, 1, 100_000);
    } = 100;

    /// <summary>Steps.</summary>
    public int Steps
    {
        get;
        init => field = OptionRange.Within(value, 1, 1_000_000);
    } = 200;

    /// <summary>The rate of Adam over the codes.</summary>
    public double LearningRate
    {
        get;
        init => field = OptionRange.Above(value, 0);
    } = 0.05;

    /// <summary>The length of the noise, in ranges.</summary>
    public double NoiseLength { get; init; } = 0.5;

    /// <summary>The first lambda.</summary>
    public double InitialMultiplier { get; init; } = 1000;

    /// <summary>How fast lambda grows: its step for an excess of 1 of the distance by rows and columns.</summary>
    public double MultiplierRate { get; init; } = 1e4;

    /// <summary>The budget of norm(G(z) - x) by rows and columns, in ranges: .0051.</summary>
    public double Budget { get; init; } = 0.0051;

    /// <summary>The margin by which a wrong class shall win.</summary>
    public double Confidence { get; init; } = 1;

    /// <summary>The attacker's projection, from which the codes start.</summary>
    public AttackSettings Start { get; init; } = AttackSettings.Default;

    /// <summary>What settings say.</summary>
    internal static OverpoweredOptions Of(AttackSettings settings)
    {
        var defaults = new OverpoweredOptions();
        return defaults with
        {
            Copies = settings.Restarts ?? defaults.Copies,
            NoiseDraws = settings.NoiseDraws ?? defaults.NoiseDraws,
            Steps = settings.Steps ?? defaults.Steps,
            LearningRate = settings.LearningRate ?? defaults.LearningRate,
            Start = settings,
        };
    }
}

/// <summary>
/// The Overpowered attack (5.4; Jalal et al. 2017) on a model behind a projection: max over z, min over lambda of
/// E l(G(z) + sigma tau / norm(tau)) + lambda (epsilon - norm(G(z) - x) / (h w)), l the margin of a wrong class, by Adam over z
/// and steps of lambda. Of the copies that keep the budget the one with the largest margin is taken.
/// </summary>
/// <param name="options">The settings.</param>
internal sealed class OverpoweredAttack(OverpoweredOptions options) : IAdversarialAttack
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Floor = 1e-8;

    /// <inheritdoc/>
    public string Name => "Overpowered";

    /// <inheritdoc/>
    public AttackAccess Access => AttackAccess.WhiteBox;

    /// <inheritdoc/>
    public PerturbationNorm Norm => PerturbationNorm.L2;

    /// <inheritdoc/>
    public bool TakesEpsilon => false;

    /// <inheritdoc/>
    public AttackerKnowledge? Knowledge => AttackerKnowledge.White;

    /// <inheritdoc/>
    public int? NoiseDraws => options.NoiseDraws;

    /// <inheritdoc/>
    public void RequireModel(ImageClassifier classifier) => AdaptiveAttack.Defended(classifier, Name);

    /// <inheritdoc/>
    public IReadOnlyList<AttackOutcome> Run(
        ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context)
    {
        var defended = AdaptiveAttack.Defended(classifier, Name);
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var (inner, generator) = (defended.Inner, defended.Projection!.Generator);
        var codes = LatentAttack.Codes(defended.Projection!, batch, options.Start, context).repeat_interleave(options.Copies, 0);
        int[] rows = [.. Enumerable.Range(0, batch.Count * options.Copies).Select(place => place / options.Copies)];
        var copies = batch.Select(rows);
        var random = Generators(batch);
        var multipliers = full_like(codes.select(1, 0), Held(options.InitialMultiplier));
        var (mean, square) = (zeros_like(codes), zeros_like(codes));
        var outcome = AttackOutcome.Unbounded(batch.Images.clone());
        Array.Fill(outcome.Exits, AttackExit.NothingFound);
        Array.Fill(outcome.Iterations, options.Steps * options.Copies * options.NoiseDraws);
        var best = new double[batch.Count];
        for (var step = 1; step <= options.Steps; step++)
        {
            context.ThrowIfCancelled();
            using var inside = NewDisposeScope();
            var view = Look(inner, generator, copies, codes, multipliers, random);
            Keep(outcome, batch, view, best);
            mean.mul_(Held(Beta1)).add_(view.Slope, alpha: Held(1 - Beta1));
            square.mul_(Held(Beta2)).addcmul_(view.Slope, view.Slope, Held(1 - Beta2));
            var scale = square.div(Held(1 - Math.Pow(Beta2, step))).sqrt_().Plus_(Held(Floor));
            codes.addcdiv_(mean, scale, Held(-options.LearningRate / (1 - Math.Pow(Beta1, step))));
            multipliers.add_(view.Excess, alpha: Held(options.MultiplierRate)).clamp_min_(Held(0));
        }

        return [outcome with { Images = outcome.Images.MoveToOuterDisposeScope() }];
    }

    /// <summary>What the attack sees of its codes in a step, a copy each.</summary>
    /// <param name="Images">G(z).</param>
    /// <param name="Margins">The mean over the draws of Z_y - max Z_i.</param>
    /// <param name="Excess">norm(G(z) - x) / (h w) - epsilon: how the multiplier grows.</param>
    /// <param name="Slope">The gradient by z of E max(Z_y - max Z_i, -confidence) + lambda excess, which goes down.</param>
    internal sealed record View(Tensor Images, Tensor Margins, Tensor Excess, Tensor Slope);

    /// <summary>Looks at codes.</summary>
    /// <param name="classifier">The classifier behind the projection.</param>
    /// <param name="generator">G.</param>
    /// <param name="copies">The image of each code.</param>
    /// <param name="codes">z, N x D.</param>
    /// <param name="multipliers">lambda, N.</param>
    /// <param name="random">Draws the noise of each code.</param>
    internal View Look(
        ImageClassifier classifier, GenerativeModel generator, AttackBatch copies, Tensor codes, Tensor multipliers, SeededRandom[] random)
    {
        using var scope = NewDisposeScope();
        var area = (double)(copies.Images.shape[2] * copies.Images.shape[3]);
        Tensor images;
        using (no_grad()) images = generator.Images(codes);
        var (margins, gradient) = Margins(classifier, copies, images, random);
        var change = images - copies.Images;
        var excess = ImageNorms.Lengths(change).flatten().div(Held(area)).sub(Held(options.Budget));
        gradient.Plus_(ImageNorms.Directions(change) * multipliers.div(Held(area)).view(-1, 1, 1, 1));
        using var gradients = enable_grad();
        var leaf = codes.detach().requires_grad_();
        var slope = autograd.grad([generator.Images(leaf)], [leaf], [gradient])[0];
        return new View(
            images.MoveToOuterDisposeScope(), margins.MoveToOuterDisposeScope(), excess.MoveToOuterDisposeScope(),
            slope.MoveToOuterDisposeScope());
    }

    // The mean over the draws of max(Z_y - max Z_i, -confidence), and its gradient with respect to the images.
    private (Tensor Margins, Tensor Gradient) Margins(
        ImageClassifier classifier, AttackBatch copies, Tensor images, SeededRandom[] random)
    {
        using var scope = NewDisposeScope();
        var gradient = zeros_like(images);
        var margins = zeros(images.shape[0], images.dtype, images.device);
        for (var draw = 0; draw < options.NoiseDraws; draw++)
        {
            using var inner = NewDisposeScope();
            var noise = ImageNoise.Draw(images, random, one => one.NextGaussian());
            var noisy = images.add(ImageNorms.Directions(noise), alpha: Held(options.NoiseLength));
            var loss = InputGradient.Of(
                classifier, copies, noisy, logits => copies.Goal.Shortfall(logits).clamp_min(Held(-options.Confidence)));
            gradient.Plus_(loss.Gradient);
            margins.Plus_(copies.Goal.Shortfall(loss.Logits));
        }

        return (
            margins.div_(Held(options.NoiseDraws)).MoveToOuterDisposeScope(),
            gradient.div_(Held(options.NoiseDraws)).MoveToOuterDisposeScope());
    }

    private void Keep(AttackOutcome outcome, AttackBatch batch, View view, double[] best)
    {
        using var scope = NewDisposeScope();
        var (margin, over) = (Numbers(view.Margins), Numbers(view.Excess));
        for (var place = 0; place < margin.Length; place++)
        {
            var row = place / options.Copies;
            // best is 0 at first: a margin of no wrong class is none.
            if (over[place] > 0 || !(margin[place] < best[row])) continue;
            best[row] = margin[place];
            outcome.Images[row] = view.Images[place];
            outcome.Exits[row] = margin[place] <= -options.Confidence ? AttackExit.GoalReached : AttackExit.StepsDone;
        }
    }

    private SeededRandom[] Generators(AttackBatch batch)
    {
        var each = batch.Generators(RandomStream.Latent, 1);
        return [.. each.SelectMany(one => Enumerable.Range(0, options.Copies).Select(copy => one.Fork(copy)))];
    }

    private static double[] Numbers(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.to(ScalarType.Float64).cpu().data<double>().ToArray();
    }
}
