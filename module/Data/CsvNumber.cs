using System.Globalization;

namespace Thesis.Engine.Data;

/// <summary>
/// A number that the project reads back from a CSV file, as it wrote it: invariant, no thousands, no white space, in a
/// range. A spreadsheet of a culture with decimal commas saves 0.79 as "0,79", which a lenient reader takes for 79.
/// </summary>
/// <param name="Column">The column's name.</param>
/// <param name="Lowest">The least value.</param>
/// <param name="Highest">The largest value.</param>
internal sealed record CsvNumber(string Column, double Lowest, double Highest)
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Whether only whole numbers are taken.</summary>
    public bool Whole { get; init; }

    /// <summary>Whether an empty field, or a value that is no number (NaN, an infinity), is taken as well.</summary>
    public bool Optional { get; init; }

    /// <summary>Null where the field is such a number, else a sentence's end that says why not.</summary>
    public string? Fault(string text)
    {
        if (Optional && text.Length == 0) return null;
        if (!double.TryParse(text, Style, CultureInfo.InvariantCulture, out var value)) return $"{Column} is '{Printable.Text(text)}', which is no number";
        if (!double.IsFinite(value)) return Optional ? null : $"{Column} is not finite";
        if (Whole && value != Math.Floor(value)) return $"{Column} is '{text}', which is not whole";
        return value >= Lowest && value <= Highest
            ? null
            : FormattableString.Invariant($"{Column} is {text}, which is not from {Lowest} to {Highest}");
    }
}
