using System.Runtime.InteropServices;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>How a similarity becomes a linkage distance.</summary>
public enum DistanceTransform
{
    /// <summary>1 - s (2.2).</summary>
    OneMinus,

    /// <summary>1 - (2 / pi) arctan s (2.6).</summary>
    Arctan,

    /// <summary>exp(-s) (section 2.4.2).</summary>
    Exponential,
}

/// <summary>
/// The distances of all pairs, N (N - 1) / 2 float32 values: row i holds d(i, i + 1) .. d(i, N - 1). It lies outside the
/// managed heap, since one array does not hold it from N = 65,536 on, and must be disposed.
/// </summary>
public sealed unsafe class CondensedDistances : IDisposable
{
    private const string Advice = "The raw bilinear form (-Transform OneMinus) needs memory in proportion to N only.";

    private float* _values;

    /// <summary>Allocates the distances of N points, not initialised.</summary>
    /// <exception cref="InputException"><c>MemoryInsufficient</c>, before anything is allocated.</exception>
    public CondensedDistances(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Count = count;
        Length = (long)count * (count - 1) / 2;
        MemoryPlan.Require(
            (double)Length * sizeof(float), FormattableString.Invariant($"The distances of all pairs of {count} points"), Advice);
        _values = (float*)NativeMemory.Alloc((nuint)Math.Max(1, Length), sizeof(float));
    }

    /// <summary>Frees the distances.</summary>
    ~CondensedDistances() => Free();

    /// <summary>N.</summary>
    public int Count { get; }

    /// <summary>N (N - 1) / 2.</summary>
    public long Length { get; }

    /// <summary>The first value.</summary>
    internal float* Values => _values != null ? _values : throw new ObjectDisposedException(nameof(CondensedDistances));

    /// <summary>The distance of two different points.</summary>
    public float this[int i, int j]
    {
        get => Values[At(i, j)];
        set => Values[At(i, j)] = value;
    }

    /// <summary>The distances that a bilinear similarity gives under a transform.</summary>
    public static CondensedDistances From(
        BilinearSimilarity similarity, DistanceTransform transform, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(similarity);
        ArgumentNullException.ThrowIfNull(context);
        var distances = new CondensedDistances(similarity.Count);
        try
        {
            var left = similarity.Paired ? similarity.SwapHalves() : similarity.Rows;
            var scale = similarity.Paired ? 0.5f : 1f;
            BlockProduct.ForEachRow(left, similarity.Rows, "Distances of all pairs", context, (i, row) =>
            {
                var target = distances.Row(i);
                for (var j = 0; j < target.Length; j++) target[j] = Transform(transform, scale * row[i + 1 + j]);
            });
            return distances;
        }
        catch
        {
            distances.Dispose();
            throw;
        }
    }

    /// <summary>The distance of one similarity.</summary>
    public static float Transform(DistanceTransform transform, float similarity) => transform switch
    {
        DistanceTransform.Arctan => 1 - ((2 / MathF.PI) * MathF.Atan(similarity)),
        DistanceTransform.Exponential => MathF.Exp(-similarity),
        _ => 1 - similarity,
    };

    /// <summary>d(i, i + 1) .. d(i, N - 1).</summary>
    public Span<float> Row(int i) => new(Values + Start(i) + i + 1, Count - 1 - i);

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>Where row i would start if it began at column 0, so that d(i, j) lies at <c>Start(i) + j</c>.</summary>
    internal long Start(int i) => ((long)i * Count) - ((long)i * (i + 1) / 2) - i - 1;

    private long At(int i, int j) => i < j ? Start(i) + j : Start(j) + i;

    private void Free()
    {
        NativeMemory.Free(_values);
        _values = null;
    }
}
