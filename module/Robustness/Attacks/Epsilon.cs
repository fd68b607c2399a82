using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// A budget for a perturbation, in pixel units 0 .. 255 as in the tables of chapter 5. For the maximum norm it bounds the
/// change of every value; for the Euclidean norm the length of the whole change.
/// </summary>
public readonly record struct Epsilon
{
    /// <summary>The largest budget, the whole range of a pixel.</summary>
    public const double Maximum = 255;

    private const string Scale = "/255";

    /// <summary>Creates a budget.</summary>
    /// <exception cref="InputException"><c>EpsilonOutOfRange</c>: below 0, above 255, or no number.</exception>
    public Epsilon(double pixels)
    {
        if (pixels is not (>= 0 and <= Maximum)) throw OutOfRange(pixels.ToString("R", CultureInfo.InvariantCulture));
        // Without the sign of -0, which would show in names of files.
        Pixels = Math.Abs(pixels);
    }

    /// <summary>The budget in pixel units, 0 .. 255.</summary>
    public double Pixels { get; }

    /// <summary>The budget for images in [0, 1].</summary>
    public double Value => Pixels / Maximum;

    /// <summary>Reads a budget: <c>8</c> and <c>8/255</c> are the same.</summary>
    /// <exception cref="InputException"><c>EpsilonInvalid</c>, <c>EpsilonOutOfRange</c>.</exception>
    public static Epsilon Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var number = text.AsSpan().Trim();
        if (number.EndsWith(Scale, StringComparison.Ordinal)) number = number[..^Scale.Length].TrimEnd();
        if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var pixels))
        {
            return double.IsNaN(pixels) ? throw OutOfRange(text) : new Epsilon(pixels);
        }

        throw new InputException(
            "EpsilonInvalid", FaultKind.InvalidArgument,
            $"'{text}' is no epsilon. Give pixel units of 0 to 255, such as 8 or 8/255.", text);
    }

    /// <summary>The pixel units.</summary>
    public override string ToString() => Pixels.ToString("R", CultureInfo.InvariantCulture);

    private static InputException OutOfRange(string text) => new(
        "EpsilonOutOfRange", FaultKind.InvalidArgument,
        $"Epsilon {text} is not between 0 and 255. Epsilons are pixel units: 8 means 8/255 of the range.", text);
}
