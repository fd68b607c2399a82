using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// An attack on a model behind a projection, of which it sees what the attacker chose: the projection with another derivative
/// or fewer steps, or the classifier inside alone. What it makes is judged by the whole model.
/// </summary>
/// <param name="attack">The attack that works on what is seen.</param>
/// <param name="suffix">What the name adds, such as <c>-BPDA</c>.</param>
/// <param name="knowledge">What the attacker knows.</param>
/// <param name="view">What is seen of the model; it releases nothing of it.</param>
internal sealed class AdaptiveAttack(
    IAdversarialAttack attack, string suffix, AttackerKnowledge knowledge, Func<CompositeClassifier, ImageClassifier> view)
    : IAdversarialAttack
{
    /// <inheritdoc/>
    public string Name => attack.Name + suffix;

    /// <inheritdoc/>
    public AttackAccess Access => attack.Access;

    /// <inheritdoc/>
    public PerturbationNorm Norm => attack.Norm;

    /// <inheritdoc/>
    public bool TakesEpsilon => attack.TakesEpsilon;

    /// <inheritdoc/>
    public AttackerKnowledge? Knowledge => knowledge;

    /// <inheritdoc/>
    public void RequireModel(ImageClassifier classifier) => view(Defended(classifier, Name)).ToString();

    /// <inheritdoc/>
    public IReadOnlyList<AttackOutcome> Run(
        ImageClassifier classifier, AttackBatch batch, IReadOnlyList<Epsilon> epsilons, WorkContext context) =>
        attack.Run(view(Defended(classifier, Name)), batch, epsilons, context);

    /// <summary>The model behind a projection.</summary>
    /// <exception cref="InputException"><c>ProjectionMissing</c>.</exception>
    public static CompositeClassifier Defended(ImageClassifier classifier, string attack) =>
        classifier is CompositeClassifier { Projection: not null } defended ? defended : throw new InputException(
            "ProjectionMissing", FaultKind.InvalidArgument,
            $"{attack} attacks a projection, and the model '{classifier.Name}' has none before its classifier. A YAML file describes "
            + "a model behind defences.", classifier.Name);
}
