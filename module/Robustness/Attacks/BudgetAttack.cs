using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>An attack that works within one budget after the other.</summary>
/// <param name="name">The name.</param>
/// <param name="access">What it needs to see of the model.</param>
/// <param name="norm">The norm of its budgets.</param>
public abstract class BudgetAttack(string name, AttackAccess access, PerturbationNorm norm) : IAdversarialAttack
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public AttackAccess Access => access;

    /// <inheritdoc/>
    public PerturbationNorm Norm => norm;

    /// <inheritdoc/>
    public bool TakesEpsilon => true;

    /// <inheritdoc/>
    public virtual IReadOnlyList<string> Stages => [];

    /// <inheritdoc/>
    public abstract object? Settings { get; }

    /// <inheritdoc/>
    public IReadOnlyList<AttackOutcome> Run(
        ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(epsilons);
        ArgumentNullException.ThrowIfNull(context);
        return Attack(classifier, batch, epsilons, context);
    }

    /// <summary>Attacks a batch with each budget; each outcome owns its images.</summary>
    private protected virtual IReadOnlyList<AttackOutcome> Attack(
        ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context) =>
        [.. epsilons.Select(epsilon => Attack(classifier, batch, epsilon, context))];

    /// <summary>Attacks a batch with one budget.</summary>
    private protected abstract AttackOutcome Attack(
        ImageClassifier classifier, AttackBatch batch, Epsilon epsilon, WorkContext context);
}
