using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning;

/// <summary>Random changes of training images that leave their class.</summary>
public sealed record ImageAugmentation
{
    private readonly int _shift;

    /// <summary>No change.</summary>
    public static ImageAugmentation None { get; } = new();

    /// <summary>
    /// The most rows and columns by which an image is shifted, each uniform in -Shift .. Shift; zeros come in. CIFAR's
    /// usual crop of a padded image is a shift of 4.
    /// </summary>
    /// <exception cref="InputException"><c>AugmentationInvalid</c>: below 0 or over 1024.</exception>
    public int Shift
    {
        get => _shift;
        init => _shift = value is >= 0 and <= 1024
            ? value
            : throw new InputException(
                "AugmentationInvalid", FaultKind.InvalidArgument, $"Images cannot be shifted by {value} pixels.", value);
    }

    /// <summary>Mirrors left and right with probability one half.</summary>
    public bool Mirror { get; init; }

    /// <summary>The changes in one line, for the record of a run.</summary>
    public override string ToString() => FormattableString.Invariant($"shift {Shift} mirror {Mirror}");
}
