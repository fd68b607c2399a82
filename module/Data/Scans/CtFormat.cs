namespace Thesis.Engine.Data;

/// <summary>The formats of CT slices.</summary>
public enum CtFormat
{
    /// <summary>NumPy's arrays, also gzipped, also stacks.</summary>
    Npy,

    /// <summary>Greyscale PNG of 16 bits, value = HU + 32768, as in DeepLesion.</summary>
    Png,

    /// <summary>DICOM CT images.</summary>
    Dicom,
}
