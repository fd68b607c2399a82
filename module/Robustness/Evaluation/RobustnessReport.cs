namespace Thesis.Engine.Robustness;

/// <summary>How a model fares without attacks, under each, and under the worst of them.</summary>
/// <param name="Clean">The images as they are.</param>
/// <param name="Attacks">A row for each attack and budget, in the order asked for.</param>
/// <param name="WorstCase">
/// For each norm that two attacks or more bound, and each budget: an image counts as correct when no attack of that norm
/// changed its class within the budget.
/// </param>
public sealed record RobustnessReport(
    AttackEvaluation Clean, IReadOnlyList<AttackEvaluation> Attacks, IReadOnlyList<AttackEvaluation> WorstCase)
{
    /// <summary>All rows in the order of a table.</summary>
    public IEnumerable<AttackEvaluation> Rows => [Clean, .. Attacks, .. WorstCase];

    /// <summary>The lowest accuracy of all rows.</summary>
    public double LowestAccuracy => Rows.Min(row => row.Accuracy);
}
