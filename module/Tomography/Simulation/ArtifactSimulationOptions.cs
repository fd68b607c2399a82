using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>What a clean slice holds where the metal is put.</summary>
public enum TissueUnderMetal
{
    /// <summary>The tissue stays and the metal's path is added, as the public simulations do.</summary>
    Kept,

    /// <summary>The tissue gives way to the metal.</summary>
    Zeroed,
}

/// <summary>What the sinogram without metal is, against which a sinogram network is trained.</summary>
public enum TrueSinogram
{
    /// <summary>As the scanner would measure it: polychromatic, with noise, corrected for beam hardening.</summary>
    Measured,

    /// <summary>Line integrals at 70 keV, without noise, the metal replaced by water.</summary>
    Ideal,
}

/// <summary>Options of the simulation of section 4.5, with the defaults of the public simulations after Zhang and Yu.</summary>
public sealed record ArtifactSimulationOptions
{
    /// <summary>N_0 of section 4.5: photons a ray.</summary>
    public const double DefaultPhotons = 2e7;

    /// <summary>Scattered and background photons a ray.</summary>
    public const double DefaultBackground = 20;

    /// <summary>By what the metal path of the outermost bins of a run is divided.</summary>
    public const double DefaultEdgeDivisor = 4;

    /// <summary>The source.</summary>
    public PhotonSpectrum Spectrum { get; init; } = PhotonSpectrum.Tube120;

    /// <summary>The metal.</summary>
    public Material Metal { get; init; } = Material.Titanium;

    /// <summary>N_0, photons a ray before the patient, 1 to 1e12.</summary>
    public double Photons
    {
        get;
        init => field = OptionRange.Within(value, 1, 1e12);
    }

    = DefaultPhotons;

    /// <summary>Photons that reach each bin without having come straight: 0 to 1e12.</summary>
    public double Background
    {
        get;
        init => field = OptionRange.Within(value, 0, 1e12);
    }

    = DefaultBackground;

    /// <summary>Whether the counts are drawn from Poisson distributions; otherwise they are their means.</summary>
    public bool Noise { get; init; } = true;

    /// <summary>
    /// Partial volume: the metal path of the first and the last bin of every run along the detector is divided by
    /// this, 1 (no effect) to 1,000.
    /// </summary>
    public double EdgeDivisor
    {
        get;
        init => field = OptionRange.Within(value, 1, 1000);
    }

    = DefaultEdgeDivisor;

    /// <summary>Whether the sinograms are corrected for beam hardening in water, as scanners do.</summary>
    public bool WaterCorrection { get; init; } = true;

    /// <summary>The tissue where the metal is.</summary>
    public TissueUnderMetal Tissue { get; init; }

    /// <summary>The sinogram without metal.</summary>
    public TrueSinogram Truth { get; init; }
}
