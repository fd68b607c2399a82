using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>What a number that stands for a budget counts.</summary>
public enum EpsilonUnit
{
    /// <summary>Steps of a pixel of eight bits: 8 is 8/255 of the range.</summary>
    Pixel,

    /// <summary>Shares of the range: .0314 is 8/255, for images in [0, 1].</summary>
    Fraction,
}

/// <summary>
/// A budget for a perturbation, in pixel units as in the tables of chapter 5. In the maximum norm it bounds the change of
/// every value, in the Euclidean norm the length of the whole change, in L1 the sum of the absolute changes. What is
/// possible depends on the norm and the images: <see cref="AttackBudgets"/> says it.
/// </summary>
public readonly record struct Epsilon
{
    /// <summary>The whole range of a pixel, in pixel units.</summary>
    public const double PixelRange = 255;

    private const string Scale = "/255";

    // How far a k/255 that went through a division may be from k.
    private const double WholeTolerance = 1e-9;

    /// <summary>Creates a budget.</summary>
    /// <exception cref="InputException"><c>EpsilonOutOfRange</c>: below 0, infinite, or no number.</exception>
    public Epsilon(double pixels)
    {
        if (pixels < 0 || !double.IsFinite(pixels)) throw OutOfRange(pixels.ToString("R", CultureInfo.InvariantCulture));
        // Without the sign of -0, which would show in names of files.
        Pixels = Math.Abs(pixels);
    }

    /// <summary>The budget in pixel units.</summary>
    public double Pixels { get; }

    /// <summary>The budget as a share of the range, for images in [0, 1].</summary>
    public double Value => Pixels / PixelRange;

    /// <summary>A budget from a share of the range: 8.0 / 255 is 8 pixels, whatever the division's rounding.</summary>
    /// <exception cref="InputException"><c>EpsilonOutOfRange</c>.</exception>
    public static Epsilon FromFraction(double fraction)
    {
        var pixels = fraction * PixelRange;
        var whole = Math.Round(pixels);
        return new Epsilon(whole != 0 && Math.Abs(pixels - whole) < WholeTolerance ? whole : pixels);
    }

    /// <summary>
    /// Reads a budget. <c>8/255</c> is 8 pixels, whatever the unit; a number counts in the unit. Without a unit a number
    /// is of pixels, unless it is between 0 and 1, where it may as well be meant as a share of the range.
    /// </summary>
    /// <param name="text">The number, or a number and /255.</param>
    /// <param name="unit">The unit of a number; null where nobody said it.</param>
    /// <exception cref="InputException">
    /// <c>EpsilonInvalid</c>, <c>EpsilonOutOfRange</c>, <c>EpsilonUnitRequired</c>.
    /// </exception>
    public static Epsilon Parse(string text, EpsilonUnit? unit = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var number = text.AsSpan().Trim();
        var isRatio = number.EndsWith(Scale, StringComparison.Ordinal);
        if (isRatio) number = number[..^Scale.Length].TrimEnd();
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            throw new InputException(
                "EpsilonInvalid", FaultKind.InvalidArgument,
                $"'{text}' is no epsilon. Give pixel units such as 8, or a text such as '8/255'.", text);
        }

        if (!double.IsFinite(value)) throw OutOfRange(text);
        if (isRatio || unit == EpsilonUnit.Pixel) return new Epsilon(value);
        if (unit == EpsilonUnit.Fraction) return FromFraction(value);
        return value is > 0 and < 1 ? throw UnitRequired(text, value) : new Epsilon(value);
    }

    /// <summary>The pixel units.</summary>
    public override string ToString() => Pixels.ToString("R", CultureInfo.InvariantCulture);

    private static InputException OutOfRange(string text) => new(
        "EpsilonOutOfRange", FaultKind.InvalidArgument, $"Epsilon {text} is no budget: it must be a number, 0 or more.", text);

    private static InputException UnitRequired(string text, double value) => new(
        "EpsilonUnitRequired", FaultKind.InvalidArgument,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Epsilon {text} may be {FromFraction(value).Pixels:0.####}/255, a share of the range, or {value:0.####}/255, less than a "
            + $"step of a pixel. Give -EpsilonUnit Fraction or Pixel, or a text such as '8/255'."), text);
}
