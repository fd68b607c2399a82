namespace Thesis.Engine.Robustness;

/// <summary>The attacks on models behind a projection, by name.</summary>
internal static class AdaptiveAttacks
{
    // The public code's rate for latent codes, where CW's own is for pixels.
    private const double LatentRate = 0.05;
    private const string Tangent = "PGD-Tangent";

    private static readonly string[] Defaults = ["FGSM-Grey", "PGD-Grey", "CW-Grey", "PGD-BPDA", Tangent, "CW-Latent"];

    /// <summary>
    /// What a model behind a projection is evaluated by unless told otherwise: the chapter's grey box, and who knows the defence.
    /// </summary>
    public static IReadOnlyList<string> DefaultsFor(ProjectionDefence projection) =>
        projection.HasDerivative ? Defaults : [.. Defaults.Where(name => name != Tangent)];

    /// <summary>All of them.</summary>
    /// <param name="create">An attack by its name.</param>
    public static IEnumerable<(string Name, Func<AttackSettings, IAdversarialAttack> Create)> Entries(
        Func<string, AttackSettings, IAdversarialAttack> create)
    {
        foreach (var name in (string[])["FGSM", "PGD", "CW"])
        {
            yield return Grey(create, name);
            yield return Through(create, name, "-BPDA", DefenceGradient.Identity);
            yield return Through(create, name, "-Inverter", DefenceGradient.Inverter);
            yield return Through(create, name, "-Tangent", DefenceGradient.Tangent);
            yield return Through(create, name, "-Unrolled", DefenceGradient.Unrolled);
        }

        yield return Grey(create, "PGD-Printed");
        yield return ("PGD-Detector", settings => new DetectorAttack(AttackCatalogue.ProjectedGradient(settings), settings));
        yield return ("CW-Latent", settings => new LatentAttack(settings with { LearningRate = settings.LearningRate ?? LatentRate }));
        yield return ("Overpowered", settings => new OverpoweredAttack(OverpoweredOptions.Of(settings)));
    }

    private static (string Name, Func<AttackSettings, IAdversarialAttack> Create) Grey(
        Func<string, AttackSettings, IAdversarialAttack> create, string name) =>
        (name + "-Grey", settings => new AdaptiveAttack(
            create(name, settings), "-Grey", AttackerKnowledge.Grey, defended => defended.Inner));

    private static (string Name, Func<AttackSettings, IAdversarialAttack> Create) Through(
        Func<string, AttackSettings, IAdversarialAttack> create, string name, string suffix, DefenceGradient gradient) =>
        (name + suffix, settings => new AdaptiveAttack(
            create(name, settings), suffix, AttackerKnowledge.White,
            defended => defended.SeenThrough(gradient, settings.ProjectionRestarts, settings.ProjectionSteps)));
}
