using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The epsilon-neighbourhoods of section 3.4.2, V(x_m) = {x : 1 - x . x_m &lt; epsilon}, exactly: every pair is looked at,
/// in tiles of a symmetric product on the CPU. A point always belongs to its own neighbourhood.
/// </summary>
public static class RadiusNeighbours
{
    private const string Activity = "Neighbourhoods";

    /// <summary>The neighbourhoods of all points.</summary>
    /// <param name="unit">N unit features.</param>
    /// <param name="radius">epsilon, a cosine distance in [0, 2].</param>
    /// <param name="context">Cancellation, progress, threads, device.</param>
    /// <exception cref="InputException">
    /// <c>RadiusInvalid</c>: the radius is out of its range; <c>MemoryInsufficient</c>: the neighbourhoods are too many.
    /// </exception>
    public static NeighbourGraph Search(FeatureMatrix unit, double radius, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(context);
        if (!(radius is >= 0 and <= 2))
        {
            throw new InputException(
                "RadiusInvalid", FaultKind.InvalidArgument,
                FormattableString.Invariant($"A radius is a cosine distance from 0 to 2, not {radius}."), radius);
        }

        var limit = Math.Min(Array.MaxLength, MemoryPlan.FreeBytes / (2 * sizeof(int)));
        var lists = new RadiusLists(unit.Count, radius, limit);
        if (TensorProduct.IsFor(context))
        {
            BlockProduct.ForEachRow(unit, unit, Activity, context, (point, row) => lists.Scan(point, row));
        }
        else
        {
            SymmetricProduct.ForEachPair(unit, unit, Activity, context, lists);
        }

        return lists.Compress();
    }
}
