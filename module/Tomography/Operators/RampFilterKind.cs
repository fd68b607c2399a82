namespace Thesis.Engine.Tomography;

/// <summary>The ramp filters of filtered backprojection.</summary>
public enum RampFilterKind
{
    /// <summary>The band-limited ramp by its spatial kernel (Kak and Slaney, eq. 61 of chapter 3).</summary>
    RamLak,

    /// <summary>|omega| sampled on the unpadded DFT, which is eq. 4.9 read literally; wrong at low frequencies.</summary>
    Literal,

    /// <summary>The ramp times sinc(omega / 2 omega_max).</summary>
    SheppLogan,

    /// <summary>The ramp times cos(pi omega / 2 omega_max).</summary>
    Cosine,

    /// <summary>The ramp times 0.54 + 0.46 cos(pi omega / omega_max).</summary>
    Hamming,

    /// <summary>The ramp times 0.5 + 0.5 cos(pi omega / omega_max).</summary>
    Hann,
}
