using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// An attack: it changes images, within a budget, so that a classifier errs. An attack keeps no state, and every random
/// draw comes from the generator of its image (<see cref="AttackBatch.RandomOf"/>), so that how a set of images is split
/// into batches changes no draw.
/// </summary>
public interface IAdversarialAttack
{
    /// <summary>The name in records and tables, such as <c>PGD</c>.</summary>
    string Name { get; }

    /// <summary>What it needs to see of the model.</summary>
    AttackAccess Access { get; }

    /// <summary>The norm that it bounds, or makes small.</summary>
    PerturbationNorm Norm { get; }

    /// <summary>
    /// Whether it keeps within a budget. An attack that does not (Carlini and Wagner's) looks for the smallest change
    /// that reaches the goal, takes no epsilons, and gives one outcome.
    /// </summary>
    bool TakesEpsilon { get; }

    /// <summary>What its maker knows of the model; null for what <see cref="Access"/> says.</summary>
    AttackerKnowledge? Knowledge => null;

    /// <summary>Draws of its own noise over which it averages in a step; null for an attack that draws none.</summary>
    int? NoiseDraws => null;

    /// <summary>Fails for a model of a kind that the attack does not work on.</summary>
    /// <param name="classifier">The model.</param>
    /// <exception cref="InputException"><c>ProjectionMissing</c>, <c>InverterMissing</c>.</exception>
    void RequireModel(ImageClassifier classifier)
    {
    }

    /// <summary>
    /// The parts of an attack that is put together of several, in order; each works on what those before it left. None for
    /// the others.
    /// </summary>
    IReadOnlyList<string> Stages => [];

    /// <summary>The record of its settings; null where it has none.</summary>
    object? Settings => null;

    /// <summary>Attacks a batch with each budget.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="batch">Images and their classes.</param>
    /// <param name="epsilons">The budgets; not looked at where <see cref="TakesEpsilon"/> is false.</param>
    /// <param name="context">Cancellation.</param>
    /// <returns>An outcome for each budget, in order; each owns its images.</returns>
    IReadOnlyList<AttackOutcome> Run(
        ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context);
}
