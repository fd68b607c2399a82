using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The scale between Hounsfield units and linear attenuation at <see cref="Material.ReferenceEnergy"/>:
/// mu = 0.192 (1 + HU / 1000) 1/cm, so that air is -1000 HU and water 0 HU.
/// </summary>
public static class HounsfieldScale
{
    /// <summary>Attenuation of water at 70 keV, in 1/cm, as the dissertation and the data sets around it take it.</summary>
    public const double WaterAttenuation = 0.192;

    /// <summary>Air: what lies below (the padding outside the field of view) is raised to it.</summary>
    public const double Air = -1000;

    /// <summary>The largest value taken: 16 unsigned bits, which holds every CT image, extended scales included.</summary>
    public const double Largest = 65535;

    /// <summary>The least value taken: 16 signed bits; scanners pad with -1024, -2000, -3024 or -32768.</summary>
    public const double Least = -32768;

    /// <summary>The attenuation, in 1/cm, of a value in Hounsfield units.</summary>
    public static double ToAttenuation(double hounsfield) => WaterAttenuation * (1 + (hounsfield / 1000));

    /// <summary>The Hounsfield units of an attenuation in 1/cm.</summary>
    public static double ToHounsfield(double attenuation) => ((attenuation / WaterAttenuation) - 1) * 1000;

    /// <summary>Converts an image; values below air become air.</summary>
    /// <param name="hounsfield">The image in Hounsfield units, row by row.</param>
    /// <param name="attenuation">Receives 1/cm; may be the same memory.</param>
    /// <param name="width">The length of a row, for messages.</param>
    /// <exception cref="InputException">
    /// <c>HounsfieldNotFinite</c> or <c>HounsfieldOutOfRange</c>, with the index of the pixel as target.
    /// </exception>
    public static void ToAttenuation(ReadOnlySpan<float> hounsfield, Span<float> attenuation, int width)
    {
        for (var i = 0; i < hounsfield.Length; i++)
        {
            var value = hounsfield[i];
            if (!(value >= Least && value <= Largest)) throw Unusable(value, i, width);
            attenuation[i] = (float)ToAttenuation(Math.Max(value, Air));
        }
    }

    /// <summary>Converts an image in 1/cm to Hounsfield units.</summary>
    public static void ToHounsfield(ReadOnlySpan<float> attenuation, Span<float> hounsfield)
    {
        for (var i = 0; i < attenuation.Length; i++) hounsfield[i] = (float)ToHounsfield(attenuation[i]);
    }

    private static InputException Unusable(float value, int index, int width)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"The pixel in row {index / width}, column {index % width}");
        return float.IsFinite(value)
            ? new InputException(
                "HounsfieldOutOfRange", FaultKind.InvalidData,
                string.Create(CultureInfo.InvariantCulture, $"{place} is {value} HU; CT images hold {Least} to {Largest}."),
                index)
            : new InputException("HounsfieldNotFinite", FaultKind.InvalidData, $"{place} is not finite.", index);
    }
}
