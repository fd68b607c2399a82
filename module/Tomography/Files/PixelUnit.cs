namespace Thesis.Engine.Tomography;

/// <summary>What the values of an npy image are; PNG and DICOM hold Hounsfield units.</summary>
public enum PixelUnit
{
    /// <summary>Hounsfield units.</summary>
    Hounsfield,

    /// <summary>Linear attenuation at 70 keV in 1/cm, as the public SynDeepLesion files hold.</summary>
    Attenuation,

    /// <summary>Hounsfield units, nobody has said so; values that look like attenuation are refused.</summary>
    Auto,
}
