using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// What a model wants done to pixels of [0, 1] before it sees them: (range x - mean) / deviation, an entry for each channel,
/// or one for all. Budgets stay in the range of the images.
/// </summary>
public sealed record InputNormalisation
{
    /// <summary>Creates it.</summary>
    /// <param name="range">The largest value of a pixel in the model's own range: 1, or 255.</param>
    /// <param name="means">The means, in that range.</param>
    /// <param name="deviations">The standard deviations, in that range, none of them 0.</param>
    /// <exception cref="InputException"><c>NormalisationInvalid</c>.</exception>
    public InputNormalisation(double range, IReadOnlyList<double> means, IReadOnlyList<double> deviations)
    {
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(deviations);
        if (!(range > 0) || !double.IsFinite(range)) throw Invalid($"the range {range} is not above 0");
        foreach (var mean in means)
        {
            if (!double.IsFinite(mean)) throw Invalid($"the mean {mean} is no number");
        }

        foreach (var deviation in deviations)
        {
            if (!(deviation > 0) || !double.IsFinite(deviation)) throw Invalid($"the standard deviation {deviation} is not above 0");
        }

        (Range, Means, Deviations) = (range, means, deviations);
    }

    /// <summary>The largest value of a pixel in the model's own range.</summary>
    public double Range { get; }

    /// <summary>The means.</summary>
    public IReadOnlyList<double> Means { get; }

    /// <summary>The standard deviations.</summary>
    public IReadOnlyList<double> Deviations { get; }

    /// <summary>All of its numbers, so that what is kept of a model under one normalisation is not taken for another's.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"range {Range} means {Listed(Means)} deviations {Listed(Deviations)}");

    /// <summary>Fails where the lengths are not those of the images' channels.</summary>
    internal void RequireChannels(int channels)
    {
        foreach (var values in new[] { Means, Deviations })
        {
            if (values.Count != 1 && values.Count != channels)
            {
                throw Invalid(string.Create(
                    CultureInfo.InvariantCulture, $"there are {values.Count} values for images of {channels} channels"));
            }
        }
    }

    private static string Listed(IReadOnlyList<double> values) =>
        string.Join(' ', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

    private static InputException Invalid(FormattableString reason) => Invalid(FormattableString.Invariant(reason));

    private static InputException Invalid(string reason) => new(
        "NormalisationInvalid", FaultKind.InvalidArgument, $"The pixels cannot be normalised: {reason}.");
}
