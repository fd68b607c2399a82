using MathNet.Numerics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Poisson counts of any mean. Below 10 by the product of uniform draws (Knuth); from 10 on by transformed rejection
/// (PTRS of Hoermann 1993), which takes about 1.1 to 1.3 trials a count, at every mean.
/// </summary>
public static class PoissonDraw
{
    private const double SmallestRejected = 10;

    /// <summary>A count with the mean <paramref name="mean"/>, 0 to 1e15; beyond 2^53 counts have no last digit.</summary>
    public static double Next(SeededRandom random, double mean)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (!(mean >= 0 && mean <= 1e15)) throw new ArgumentOutOfRangeException(nameof(mean), mean, "A mean is 0 to 1e15.");
        return mean < SmallestRejected ? Product(random, mean) : Rejection(random, mean);
    }

    private static double Product(SeededRandom random, double mean)
    {
        var limit = Math.Exp(-mean);
        var count = 0;
        for (var product = random.NextDouble(); product > limit; product *= random.NextDouble()) count++;
        return count;
    }

    private static double Rejection(SeededRandom random, double mean)
    {
        var root = Math.Sqrt(mean);
        var b = 0.931 + (2.53 * root);
        var a = -0.059 + (0.02483 * b);
        var inverseAlpha = 1.1239 + (1.1328 / (b - 3.4));
        var squeeze = 0.9277 - (3.6224 / (b - 2));
        var logMean = Math.Log(mean);
        while (true)
        {
            var u = random.NextDouble() - 0.5;
            var v = random.NextDouble();
            var us = 0.5 - Math.Abs(u);
            var count = Math.Floor((((2 * a / us) + b) * u) + mean + 0.43);
            if (us >= 0.07 && v <= squeeze) return count;
            if (count < 0 || (us < 0.013 && v > us)) continue;
            var hat = Math.Log(v * inverseAlpha / ((a / (us * us)) + b));
            if (hat <= (count * logMean) - mean - SpecialFunctions.GammaLn(count + 1)) return count;
        }
    }
}
