using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;

namespace Thesis.Engine.Tests.Faces.Products;

/// <summary>Rows that are easy and hard for codes.</summary>
internal static class CodedCases
{
    public static IReadOnlyList<string> Kinds { get; } =
        ["random", "clustered", "duplicated", "constant", "tiny", "lengths", "zeros", "axes", "near-tied"];

    public static FeatureMatrix Rows(string kind, int count, int dimension, int seed)
    {
        var random = new SeededRandom(seed);
        var rows = TestFeatures.Clustered(count, dimension, Math.Max(1, count / 10), kind == "clustered" ? 0.3 : 1, seed);
        var values = rows.Values;
        switch (kind)
        {
            case "duplicated":
                for (var i = 1; i < count; i++)
                {
                    if (random.NextInt32(2) == 0) rows.Row(random.NextInt32(i)).CopyTo(values.AsSpan(i * dimension));
                }

                break;
            case "constant":
                for (var i = 1; i < count; i++) rows.Row(0).CopyTo(values.AsSpan(i * dimension));
                break;
            case "tiny":
                for (var i = 0; i < values.Length; i++) values[i] *= 1e-9f;
                break;
            case "lengths":
                for (var i = 0; i < values.Length; i++) values[i] *= MathF.Pow(10, (i / dimension % 9) - 4);
                break;
            case "zeros":
                for (var i = 0; i < values.Length; i++) values[i] *= i / dimension % 3 == 0 ? 0 : 1;
                break;
            case "axes":
                Array.Clear(values);
                for (var i = 0; i < count; i++)
                {
                    values[(i * dimension) + random.NextInt32(dimension)] = 1 - (2 * random.NextInt32(2));
                }

                break;
            case "near-tied":
                // The last bits of all are all that differs.
                for (var i = 1; i < count; i++)
                {
                    rows.Row(0).CopyTo(values.AsSpan(i * dimension));
                    ref var value = ref values[(i * dimension) + random.NextInt32(dimension)];
                    value = random.NextInt32(2) == 0 ? MathF.BitIncrement(value) : MathF.BitDecrement(value);
                }

                break;
        }

        return rows;
    }
}
