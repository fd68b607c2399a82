using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Options of <see cref="AffinityPropagation"/>; the defaults are the authors' and scikit-learn's.</summary>
public sealed record AffinityPropagationOptions
{
    /// <summary>The most iterations unless told.</summary>
    public const int DefaultIterations = 200;

    /// <summary>The damping unless told.</summary>
    public const double DefaultDamping = 0.5;

    /// <summary>The share of the old messages in the new ones, from .5 to below 1; more of it ends oscillations.</summary>
    /// <exception cref="InputException"><c>DampingInvalid</c>.</exception>
    public double Damping
    {
        get;
        init => field = value is >= 0.5 and < 1
            ? value
            : throw new InputException(
                "DampingInvalid", FaultKind.InvalidArgument,
                FormattableString.Invariant($"Damping lies from .5 to below 1, not at {value}."), value);
    } = DefaultDamping;

    /// <summary>
    /// s(k, k), how much each face wants to be an exemplar, as a cosine similarity; less gives fewer clusters. Null for the
    /// median of the similarities of all pairs.
    /// </summary>
    /// <exception cref="InputException"><c>PreferenceInvalid</c>.</exception>
    public double? Preference
    {
        get;
        init => field = value is null || double.IsFinite(value.Value)
            ? value
            : throw new InputException(
                "PreferenceInvalid", FaultKind.InvalidArgument, "A preference is a finite similarity.", value);
    }

    /// <summary>The most iterations, 1 or more.</summary>
    /// <exception cref="InputException"><c>IterationCountInvalid</c>.</exception>
    public int MaximumIterations
    {
        get;
        init => field = ClusteringRange.Iterations(value);
    } = DefaultIterations;

    /// <summary>It ends when the exemplars have stayed the same for so many iterations, 1 or more.</summary>
    /// <exception cref="InputException"><c>IterationCountInvalid</c>.</exception>
    public int StableIterations
    {
        get;
        init => field = ClusteringRange.Iterations(value);
    } = 15;
}

/// <summary>A clustering by affinity propagation.</summary>
/// <param name="Labels">Clusters from 0 by falling size; faces without any exemplar are clusters of one.</param>
/// <param name="Exemplars">The face that stands for each cluster; empty where none emerged.</param>
/// <param name="Iterations">Iterations done.</param>
/// <param name="Converged">Whether the exemplars stayed the same before the limit.</param>
public sealed record AffinityPropagationResult(int[] Labels, int[] Exemplars, int Iterations, bool Converged);

/// <summary>
/// Affinity propagation (Frey and Dueck 2007) on s(i, k) = x_i . x_k. On unit features the authors' negative squared
/// distance is 2 s - 2, and messages, clusters and the median's rank are the same for both. With responsibilities r and
/// availabilities a, both damped,
/// <code>
/// r(i, k) = s(i, k) - max over k' not k of [a(i, k') + s(i, k')]
/// a(i, k) = min(0, r(k, k) + sum over i' not i, k of max(0, r(i', k)));  a(k, k) = sum over i' not k of max(0, r(i', k))
/// </code>
/// a face with r(k, k) + a(k, k) above 0 is an exemplar, every other joins its most similar one, and the exemplar of a
/// cluster becomes the face of the largest sum of similarities in it.
/// </summary>
/// <remarks>
/// Three matrices of N x N float32, 12 N^2 bytes, and O(N^2) time an iteration. Draws of 1e-7 on the similarities break the
/// ties of copies, as the authors' code does; they are of a fixed seed.
/// </remarks>
public static class AffinityPropagation
{
    /// <summary>Clusters points.</summary>
    /// <exception cref="InputException"><c>MemoryInsufficient</c>: three matrices do not fit.</exception>
    public static AffinityPropagationResult Cluster(
        FeatureMatrix unit, AffinityPropagationOptions options, SeededRandom random, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(context);
        if (unit.Count <= 1) return new(new int[unit.Count], [.. Enumerable.Range(0, unit.Count)], 0, true);
        MemoryPlan.Require(
            3.0 * sizeof(float) * unit.Count * unit.Count,
            $"The three matrices of affinity propagation of {unit.Count} faces",
            "AHC, HDBSCAN and ChineseWhispers need memory linear in the faces.");
        using var messages = new AffinityMessages(unit, options, random, context);
        var stable = 0;
        var iterations = 0;
        while (iterations < options.MaximumIterations && stable < options.StableIterations)
        {
            context.Report("Affinity propagation", iterations, options.MaximumIterations);
            var changed = messages.Pass();
            iterations++;
            stable = changed || messages.ExemplarCount == 0 ? 0 : stable + 1;
        }

        var converged = stable >= options.StableIterations;
        var (labels, exemplars) = messages.Assign();
        context.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"Affinity propagation: preference {messages.Preference:G6}, {iterations} iterations, "
            + $"{exemplars.Length} exemplars, {(converged ? "converged" : "stopped at the limit")}."));
        if (!converged)
        {
            context.Warning?.Invoke(
                $"Affinity propagation did not converge in {iterations} iterations"
                + (exemplars.Length == 0 ? ": no exemplar emerged, and every face is alone. " : ". ")
                + "More -Damping or -MaximumIterations may help.");
        }

        return new AffinityPropagationResult(ClusterLabels.BySize(labels), exemplars, iterations, converged);
    }
}
