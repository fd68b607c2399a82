using System.Globalization;
using System.Runtime.CompilerServices;

namespace Thesis.Engine.Runtime;

/// <summary>Checks of option values, at the place where an options record is made.</summary>
internal static class OptionRange
{
    /// <summary>The value when it lies in [least, most].</summary>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>.</exception>
    public static int Within(int value, int least, int most, [CallerMemberName] string name = "") =>
        value >= least && value <= most ? value : throw OutOfRange(
            string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {least} to {most}."), value);

    /// <summary>The value when it lies in [least, most].</summary>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>.</exception>
    public static double Within(double value, double least, double most, [CallerMemberName] string name = "") =>
        value >= least && value <= most ? value : throw OutOfRange(
            string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {least} to {most}."), value);

    /// <summary>The value when it lies above <paramref name="above"/> and is at most <paramref name="most"/>.</summary>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>.</exception>
    public static double Above(
        double value, double above, double most = double.MaxValue, [CallerMemberName] string name = "") =>
        value > above && value <= most ? value : throw OutOfRange(
            most == double.MaxValue
                ? string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be above {above}.")
                : string.Create(
                    CultureInfo.InvariantCulture, $"{name} is {value}; it must be above {above}, at most {most}."),
            value);

    /// <summary>The fault of a value that contradicts another.</summary>
    public static InputException OutOfRange(string message, object value) =>
        new("OptionOutOfRange", FaultKind.InvalidArgument, message, value);
}
