using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>How many faces each identity of a synthetic protocol has.</summary>
internal static class IdentitySizes
{
    /// <summary>
    /// Log-normal sizes, falling, whose sum is exactly <see cref="SyntheticProtocol.Faces"/>, then the singletons.
    /// Each identity that is no singleton has at least <see cref="SyntheticProtocol.SmallestSize"/> faces; what rounding
    /// down leaves goes to the largest remainders.
    /// </summary>
    public static int[] Draw(SyntheticProtocol protocol, SeededRandom random)
    {
        var several = protocol.Identities - protocol.Singletons;
        var faces = protocol.Faces - protocol.Singletons;
        var smallest = protocol.SmallestSize;
        var weights = new double[several];
        for (var i = 0; i < several; i++) weights[i] = Math.Exp(protocol.SizeDeviation * random.NextGaussian());
        var unit = (faces - ((double)smallest * several)) / weights.Sum();

        var sizes = new int[several];
        var remainders = new double[several];
        for (var i = 0; i < several; i++)
        {
            var wanted = smallest + (weights[i] * unit);
            sizes[i] = (int)wanted;
            remainders[i] = wanted - sizes[i];
        }

        var missing = faces - sizes.Sum();
        foreach (var i in Enumerable.Range(0, several).OrderByDescending(i => remainders[i]).Take(missing)) sizes[i]++;
        return [.. sizes.OrderDescending(), .. Enumerable.Repeat(1, protocol.Singletons)];
    }
}
