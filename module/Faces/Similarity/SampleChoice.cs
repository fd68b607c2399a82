namespace Thesis.Engine.Faces;

/// <summary>
/// Which points are taken where the dissertation says how many and not which ("half of the points", "100 points",
/// "points are sampled").
/// </summary>
/// <param name="Seed">The seed of a uniform draw; null for the nearest ones.</param>
public readonly record struct SampleChoice(long? Seed)
{
    /// <summary>The nearest ones: the default everywhere.</summary>
    public static SampleChoice Nearest { get; }

    /// <summary>Drawn uniformly without replacement; a point's draw depends on the seed and its index alone.</summary>
    public static SampleChoice Random(long seed) => new(seed);
}
