using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The settings of <see cref="CarliniWagnerAttack"/>; the defaults are those of chapter 5.</summary>
public sealed record CarliniWagnerOptions() : StepAttackOptions(DefaultSteps)
{
    /// <summary>The chapter's number of Adam's steps for each constant.</summary>
    public const int DefaultSteps = 100;

    /// <summary>How many constants c are tried.</summary>
    public int SearchSteps
    {
        get;
        init => field = OptionRange.Within(value, 1, 100);
    } = 4;

    /// <summary>The first constant c.</summary>
    public double InitialConstant
    {
        get;
        init => field = OptionRange.Above(value, 0);
    } = 10;

    /// <summary>Adam's learning rate.</summary>
    public double LearningRate
    {
        get;
        init => field = OptionRange.Above(value, 0);
    } = 0.2;

    /// <summary>kappa, the margin by which the wrong class shall win.</summary>
    public double Confidence
    {
        get;
        init => field = value == 0 ? 0 : OptionRange.Above(value, 0);
    }

    /// <summary>
    /// The printed form of (5.3) adds the distance, not its square, and the loss with the other sign, so that minimising it
    /// makes the true class win: it finds next to nothing.
    /// </summary>
    public EquationForm Form { get; init; } = EquationForm.Standard;
}

/// <summary>
/// CW-L2 (5.3; Carlini and Wagner 2017): minimises |x' - x|^2 + c max(Z_y - max Z_i, -kappa) over w, where
/// x' = (tanh(w) + 1) / 2 keeps to [0, 1], by Adam; a search over c keeps the smallest change that reaches the goal by
/// kappa: c grows tenfold until one does, then halves the interval. Each image has its own c.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="variable">What is changed; pixels behind tanh unless given, for which w is as above.</param>
public sealed class CarliniWagnerAttack(CarliniWagnerOptions options, AttackVariable? variable = null) : IAdversarialAttack
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;
    private const double AdamFloor = 1e-8;
    private const double ConstantGrowth = 10;

    private readonly AttackVariable _variable = variable ?? AttackVariable.Pixels;

    /// <inheritdoc/>
    public string Name => (options.Form == EquationForm.Printed ? "CW-Printed" : "CW") + _variable.Suffix;

    /// <inheritdoc/>
    public AttackAccess Access => AttackAccess.WhiteBox;

    /// <inheritdoc/>
    public PerturbationNorm Norm => PerturbationNorm.L2;

    /// <inheritdoc/>
    public bool TakesEpsilon => false;

    /// <inheritdoc/>
    public object? Settings => options;

    /// <inheritdoc/>
    public IReadOnlyList<AttackOutcome> Run(
        ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context) =>
        [Search(classifier, batch, context)];

    /// <summary>The search; <paramref name="trace"/> sees each constant and whether it reached the goal.</summary>
    internal AttackOutcome Search(
        ImageClassifier classifier, AttackBatch batch, WorkContext context, Action<Tensor, Tensor>? trace = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(context);
        using var scope = NewDisposeScope();
        var best = new Best(batch.Images);
        var constant = full_like(best.Lengths, Held(options.InitialConstant));
        var (low, high) = (zeros_like(constant), full_like(constant, Held(double.PositiveInfinity)));
        for (var search = 0; search < options.SearchSteps; search++)
        {
            using var inner = NewDisposeScope();
            var found = Minimise(classifier, batch, constant, best, context);
            trace?.Invoke(constant, found);
            high.copy_(where(found, constant, high));
            low.copy_(where(found, low, constant));
            constant.copy_(where(high.isinf(), constant.mul(Held(ConstantGrowth)), low.Plus(high).div(Held(2))));
        }

        var spent = new int[batch.Count];
        Array.Fill(spent, options.Steps * options.SearchSteps);
        var exits = Array.ConvertAll(
            best.Lengths.isinf().cpu().data<bool>().ToArray(),
            none => none ? AttackExit.NothingFound : AttackExit.StepsDone);
        return new AttackOutcome(null, best.Images.MoveToOuterDisposeScope(), spent, exits);
    }

    // Adam for one constant an image. An iterate is tested before its step, so the start is tested, too.
    private Tensor Minimise(
        ImageClassifier classifier, AttackBatch batch, Tensor constant, Best best, WorkContext context)
    {
        using var scope = NewDisposeScope();
        var origin = _variable.Start(classifier, batch);
        var centre = _variable.DistanceCentre(batch, origin);
        var shift = zeros_like(origin);
        var (first, second) = (zeros_like(origin), zeros_like(origin));
        var found = zeros(batch.Count, ScalarType.Bool, origin.device);
        for (var t = 1; t <= options.Steps; t++)
        {
            context.ThrowIfCancelled();
            using var inner = NewDisposeScope();
            var point = origin.Plus(shift);
            var images = _variable.Images(point);
            var loss = InputGradient.Of(classifier, batch, images, logits => constant * Hinge(batch.Goal.Shortfall(logits)));
            var reached = batch.Goal.Shortfall(loss.Logits).lt(Held(-options.Confidence));
            found.logical_or_(reached);
            best.Take(images, reached, batch.Images);
            var gradient = _variable.Pull(point, images, loss.Gradient.Plus(DistanceGradient(images, centre)));
            first.mul_(Held(FirstDecay)).add_(gradient, alpha: Held(1 - FirstDecay));
            second.mul_(Held(SecondDecay)).addcmul_(gradient, gradient, Held(1 - SecondDecay));
            var scale = second.div(Held(1 - Math.Pow(SecondDecay, t))).sqrt_().Plus_(Held(AdamFloor));
            shift.addcdiv_(first, scale, Held(-options.LearningRate / (1 - Math.Pow(FirstDecay, t))));
        }

        return found.MoveToOuterDisposeScope();
    }

    private Tensor Hinge(Tensor shortfall) => options.Form == EquationForm.Standard
        ? shortfall.clamp_min(Held(-options.Confidence))
        : shortfall.neg().clamp_min(Held(-options.Confidence));

    private Tensor DistanceGradient(Tensor images, Tensor centre)
    {
        var change = images - centre;
        return options.Form == EquationForm.Standard ? change.mul_(Held(2)) : ImageNorms.Directions(change);
    }

    // The smallest change of each image so far.
    private sealed class Best(Tensor images)
    {
        public Tensor Images { get; } = images.clone();

        public Tensor Lengths { get; } =
            full(images.shape[0], Held(double.PositiveInfinity), images.dtype, images.device);

        public void Take(Tensor candidates, Tensor reached, Tensor origin)
        {
            using var scope = NewDisposeScope();
            var lengths = ImageNorms.Lengths(candidates - origin).flatten();
            var better = reached.logical_and(lengths < Lengths);
            Images.copy_(where(better.view(-1, 1, 1, 1), candidates, Images));
            Lengths.copy_(where(better, lengths, Lengths));
        }
    }
}
