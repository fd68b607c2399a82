namespace Thesis.Engine.Data;

/// <summary>How the pixels of a CT image are stored, and what they mean: HU = slope x stored + intercept.</summary>
/// <param name="BitsStored">The bits of a pixel that count, 1 .. 16; the highest is <c>BitsStored - 1</c>.</param>
/// <param name="Signed">Whether the pixels are two's complement.</param>
/// <param name="Slope">The rescale slope, not 0.</param>
/// <param name="Intercept">The rescale intercept, in HU.</param>
public sealed record CtPixelLayout(int BitsStored, bool Signed, double Slope, double Intercept)
{
    /// <summary>The smallest value that can be stored.</summary>
    public int Minimum => Signed ? -(1 << (BitsStored - 1)) : 0;

    /// <summary>The largest value that can be stored.</summary>
    public int Maximum => Signed ? (1 << (BitsStored - 1)) - 1 : (1 << BitsStored) - 1;

    /// <summary>The value of a 16-bit word; bits beyond those stored are not looked at.</summary>
    public int Decode(ushort word)
    {
        var unused = 32 - BitsStored;
        return Signed ? word << unused >> unused : (int)((uint)word << unused >> unused);
    }

    /// <summary>The HU of a stored value.</summary>
    public float ToHounsfield(int stored) => (float)((Slope * stored) + Intercept);

    /// <summary>The stored value nearest to an HU, clamped to what can be stored.</summary>
    public int FromHounsfield(double hounsfield) =>
        (int)Math.Clamp(Math.Round((hounsfield - Intercept) / Slope), Minimum, Maximum);
}
