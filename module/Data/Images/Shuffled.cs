using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// One fixed order for sources that may come sorted by class, so that the images held back for validation, the last
/// ones, are of every class.
/// </summary>
internal static class Shuffled
{
    private const long Seed = 5;

    /// <summary>The images in an order that depends on their number alone.</summary>
    public static LabelledImages Of(LabelledImages images)
    {
        int[] order = [.. Enumerable.Range(0, images.Count)];
        new SeededRandom(Seed).Shuffle(order.AsSpan());
        return images.Select(order);
    }
}
