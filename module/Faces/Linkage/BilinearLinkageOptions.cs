using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Options of <see cref="BilinearLinkage"/>. None of them changes the tree, except the limit, which ends it.</summary>
public sealed record BilinearLinkageOptions
{
    private readonly int _listLength = 32;
    private readonly double _limit = double.PositiveInfinity;

    /// <summary>Candidates kept a cluster, 2 or more.</summary>
    /// <exception cref="InputException"><c>ListLengthInvalid</c>.</exception>
    public int ListLength
    {
        get => _listLength;
        init => _listLength = value >= 2
            ? value
            : throw new InputException(
                "ListLengthInvalid", FaultKind.InvalidArgument, $"A list holds at least 2 candidates, not {value}.", value);
    }

    /// <summary>From this number of clusters down, all remaining distances are held at once (32 MB at 4,096).</summary>
    public int DenseCount { get; init; } = 4096;

    /// <summary>The largest linkage distance that is merged; the tree ends there.</summary>
    /// <exception cref="InputException"><c>ThresholdInvalid</c>: the limit is NaN.</exception>
    public double DistanceLimit
    {
        get => _limit;
        init => _limit = double.IsNaN(value)
            ? throw new InputException("ThresholdInvalid", FaultKind.InvalidArgument, "A limit must be a number.", value)
            : value;
    }
}
