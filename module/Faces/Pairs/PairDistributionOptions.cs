using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Which pairs <see cref="PairDistribution"/> looks at.</summary>
public sealed record PairDistributionOptions
{
    /// <summary>The dissertation's number of subjects (section 3.5.1).</summary>
    public const int DefaultSubjects = 100;

    private readonly int? _subjects = DefaultSubjects;

    /// <summary>The subjects drawn, of those with two faces or more; null takes all of them.</summary>
    /// <exception cref="InputException"><c>InvalidArgument</c>: fewer than 2.</exception>
    public int? Subjects
    {
        get => _subjects;
        init => _subjects = value is null or >= 2
            ? value
            : throw new InputException(
                "InvalidArgument", FaultKind.InvalidArgument,
                FormattableString.Invariant($"Mismatched pairs need 2 subjects or more, not {value}."), value);
    }

    /// <summary>The seed of the draw.</summary>
    public long Seed { get; init; } = 1;
}
