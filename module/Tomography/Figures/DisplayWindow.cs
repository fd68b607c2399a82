using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>The HU that are shown from black to white.</summary>
public sealed record DisplayWindow
{
    /// <summary>Creates a window.</summary>
    /// <param name="center">Its middle, in HU.</param>
    /// <param name="width">From black to white, in HU, above 0.</param>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>.</exception>
    public DisplayWindow(double center, double width)
    {
        Center = OptionRange.Within(center, HounsfieldScale.Least, HounsfieldScale.Largest);
        Width = OptionRange.Above(width, 0, HounsfieldScale.Largest - HounsfieldScale.Least);
    }

    /// <summary>The window of the metrics, -175 to 275 HU.</summary>
    public static DisplayWindow SoftTissue { get; } = new(50, 450);

    /// <summary>The middle, in HU.</summary>
    public double Center { get; }

    /// <summary>From black to white, in HU.</summary>
    public double Width { get; }

    /// <summary>The grey of a value.</summary>
    public byte Grey(float hounsfield) =>
        (byte)Math.Clamp(Math.Round(255 * ((hounsfield - Center) / Width + 0.5)), 0, 255);

    /// <summary>As text, from black to white.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Center - (Width / 2):0.#} to {Center + (Width / 2):0.#} HU");
}
