using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// DefenseGAN and InvGAN: an image is replaced by its projection onto the range of a generator. InvGAN starts the projection at
/// the code that its inverter finds. Its derivative is that of the identity unless an attack asks for another.
/// </summary>
internal sealed class ProjectionDefence : ImageDefence
{
    private readonly GenerativeModel _generator;
    private readonly InverterModel? _inverter;
    private readonly GenerativeProjection _projection;
    private readonly DefenceGradient _gradient;
    private readonly bool _owns;

    /// <summary>Takes the models over, and releases them when disposed.</summary>
    /// <param name="generator">G.</param>
    /// <param name="inverter">I, or null for DefenseGAN.</param>
    /// <param name="options">The projection.</param>
    public ProjectionDefence(GenerativeModel generator, InverterModel? inverter, ProjectionOptions options)
        : this(generator, inverter, options, DefenceGradient.Identity, owns: true)
    {
    }

    private ProjectionDefence(
        GenerativeModel generator, InverterModel? inverter, ProjectionOptions options, DefenceGradient gradient, bool owns)
    {
        (_generator, _inverter, _gradient, _owns) = (generator, inverter, gradient, owns);
        _projection = new GenerativeProjection(generator, inverter, options);
    }

    /// <summary>Where to stop, for the loops inside.</summary>
    public WorkContext Work { get; set; } = WorkContext.Default;

    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant(
        $"{(_inverter is null ? "defensegan" : "invgan")}-R{_projection.Options.Restarts}-T{_projection.Options.Steps}");

    /// <inheritdoc/>
    public override bool IsRandom => _projection.IsRandom;

    /// <summary>G.</summary>
    public GenerativeModel Generator => _generator;

    /// <summary>I, or null for DefenseGAN.</summary>
    public InverterModel? Inverter => _inverter;

    /// <summary>The projection's settings.</summary>
    public ProjectionOptions Options => _projection.Options;

    /// <summary>
    /// Whether a projection moves with its image; the nearest of several draws, without a step or an inverter, stays where it is.
    /// </summary>
    public bool HasDerivative => HasOne(_inverter, Options);

    /// <inheritdoc/>
    public override Func<Tensor, Tensor>? Approximation => _gradient switch
    {
        DefenceGradient.Identity => images => images.alias(),
        DefenceGradient.Inverter => images => _generator.Images(_inverter!.Codes(images)),
        _ => null,
    };

    /// <summary>The same defence as an attacker sees it: with another derivative, and with as many starts and steps as he affords.</summary>
    /// <exception cref="InputException">
    /// <c>InverterMissing</c>: the derivative is that of an inverter, and there is none; <c>ProjectionGradientAbsent</c>: it is that of
    /// the projection's end or its steps, and there is no step and no inverter.
    /// </exception>
    public ProjectionDefence SeenThrough(DefenceGradient gradient, int? restarts, int? steps)
    {
        if (gradient == DefenceGradient.Inverter && _inverter is null)
        {
            throw new InputException(
                "InverterMissing", FaultKind.InvalidArgument,
                $"The attack goes back through G(I(x)), and the defence '{Name}' has no inverter.", Name);
        }

        var options = Options with { Restarts = restarts ?? Options.Restarts, Steps = steps ?? Options.Steps };
        if (gradient is DefenceGradient.Tangent or DefenceGradient.Unrolled && !HasOne(_inverter, options))
        {
            throw new InputException(
                "ProjectionGradientAbsent", FaultKind.InvalidArgument,
                $"The attack goes back through the projection, and that of '{Name}' has no step and no inverter: its draws do not move with "
                + "an image. Give the attack steps (-ProjectionSteps) or take one that goes back through the identity (BPDA).", Name);
        }

        return new ProjectionDefence(_generator, _inverter, options, gradient, owns: false) { Work = Work };
    }

    private static bool HasOne(InverterModel? inverter, ProjectionOptions options) => inverter is not null || options.Steps > 0;

    /// <inheritdoc/>
    public override Tensor Apply(Tensor images, ImageDraws draws, int part)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(draws);
        var generators = draws.Of(part);
        if (!images.requires_grad || !is_grad_enabled()) return Project(images, generators).Images;
        return _gradient switch
        {
            DefenceGradient.Unrolled => _projection.Unrolled(images, generators),
            DefenceGradient.Tangent => AlongTangent(images, generators),
            _ => Project(images, generators).Images,
        };
    }

    private Tensor AlongTangent(Tensor images, SeededRandom[] draws)
    {
        using var scope = NewDisposeScope();
        var projected = Project(images, draws);
        var strength = Options.Strength(_generator.ImageShape.Count);
        var standIn = ProjectionTangent.StandIn(_generator, _inverter, images, projected.Codes, strength);
        return ReplacedGradient.Of(projected.Images, standIn).MoveToOuterDisposeScope();
    }

    /// <summary>Projects, and says how.</summary>
    public ProjectedBatch Project(Tensor images, SeededRandom[] draws) => _projection.Project(images, draws, Work);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _owns)
        {
            _generator.Dispose();
            _inverter?.Dispose();
        }

        base.Dispose(disposing);
    }
}
