using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>How the operating point of a clustering is chosen: where a tree is cut, or what k is.</summary>
public abstract record CutRule
{
    private CutRule()
    {
    }

    /// <summary>The cut that a likelihood of people and their faces makes best: <see cref="LikelihoodCut"/>.</summary>
    /// <param name="Calibration">What is known of the features; null reads it off the set itself.</param>
    public sealed record Likelihood(FaceCalibration? Calibration = null) : CutRule;

    /// <summary>The kink of the curve of cluster counts over thresholds (section 3.5.4).</summary>
    public sealed record Kink : CutRule;

    /// <summary>All merges up to a linkage distance.</summary>
    public sealed record Threshold : CutRule
    {
        /// <summary>Creates the rule.</summary>
        /// <exception cref="InputException"><c>ThresholdInvalid</c>: the distance is NaN.</exception>
        public Threshold(double distance)
        {
            if (double.IsNaN(distance))
            {
                throw new InputException(
                    "ThresholdInvalid", FaultKind.InvalidArgument, "A threshold must be a number.", distance);
            }

            Distance = distance;
        }

        /// <summary>The largest linkage distance that is merged.</summary>
        public double Distance { get; }
    }

    /// <summary>A number of clusters.</summary>
    public sealed record Count : CutRule
    {
        /// <summary>Creates the rule.</summary>
        /// <exception cref="InputException"><c>ClusterCountInvalid</c>: the number is below 1.</exception>
        public Count(int clusters)
        {
            if (clusters < 1)
            {
                throw new InputException(
                    "ClusterCountInvalid", FaultKind.InvalidArgument,
                    $"There must be at least 1 cluster, not {clusters}.", clusters);
            }

            Clusters = clusters;
        }

        /// <summary>The number of clusters.</summary>
        public int Clusters { get; }
    }

    /// <summary>
    /// The operating point that the known identities make best: for a tree, the cut with the largest BCubed F; for
    /// k-means, the true number of identities. This is how the dissertation's tables are made, and no way to cluster
    /// faces whose identities are unknown.
    /// </summary>
    /// <param name="Identities">One number a face; -1 where the identity is unknown.</param>
    public sealed record Oracle(int[] Identities) : CutRule;
}
