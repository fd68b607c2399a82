using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The reparameterisation attack (5.13): CW over the latent codes of the defence's generator, from the code of 30 restarts, on
/// the classifier behind it: images that a perfect projection leaves as they are.
/// </summary>
internal sealed class LatentAttack(AttackSettings settings) : IAdversarialAttack
{
    private const int Restarts = 30;
    private const int Steps = 200;
    private const int PruneAfter = 20;
    private const int PruneTo = 3;

    /// <inheritdoc/>
    public string Name => "CW-Latent";

    /// <inheritdoc/>
    public AttackAccess Access => AttackAccess.WhiteBox;

    /// <inheritdoc/>
    public PerturbationNorm Norm => PerturbationNorm.L2;

    /// <inheritdoc/>
    public bool TakesEpsilon => false;

    /// <inheritdoc/>
    public AttackerKnowledge? Knowledge => AttackerKnowledge.White;

    /// <inheritdoc/>
    public void RequireModel(ImageClassifier classifier) => AdaptiveAttack.Defended(classifier, Name);

    /// <inheritdoc/>
    public IReadOnlyList<AttackOutcome> Run(
        ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context)
    {
        var defended = AdaptiveAttack.Defended(classifier, Name);
        var variable = new LatentCodes(
            defended.Projection!.Generator.Images, images => Codes(defended.Projection!, images, settings, context));
        return AttackCatalogue.CarliniWagner(settings, variable).Run(defended.Inner, batch, epsilons, context);
    }

    /// <summary>The codes nearest to the images of a batch, by a projection of the attacker's own.</summary>
    internal static TorchSharp.torch.Tensor Codes(
        ProjectionDefence defence, AttackBatch batch, AttackSettings settings, WorkContext context)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var restarts = settings.ProjectionRestarts ?? Restarts;
        var projection = new GenerativeProjection(defence.Generator, defence.Inverter, new ProjectionOptions
        {
            Restarts = restarts,
            Steps = settings.ProjectionSteps ?? Steps,
            PruneAfter = restarts > PruneTo ? PruneAfter : 0,
            PruneTo = PruneTo,
        });
        return projection.Project(batch.Images, batch.Generators(RandomStream.Latent, 0), context).Codes.MoveToOuterDisposeScope();
    }
}
