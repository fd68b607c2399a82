namespace Thesis.Engine.Data;

/// <summary>
/// The stable error ids of the readers of CT images, masks, sinograms and geometries. Arrays of npy files have those of
/// <see cref="DataErrorIds"/>.
/// </summary>
public static class ScanErrorIds
{
    /// <summary>The file has no DICOM preamble.</summary>
    public const string DicomPreambleMissing = "DicomPreambleMissing";

    /// <summary>An element, an item or a delimiter goes beyond the end of the file.</summary>
    public const string DicomTruncated = "DicomTruncated";

    /// <summary>An element is out of order, is no item where one must be, or holds a value that cannot be read.</summary>
    public const string DicomElementInvalid = "DicomElementInvalid";

    /// <summary>An element that a CT image must have is missing or empty.</summary>
    public const string DicomElementMissing = "DicomElementMissing";

    /// <summary>The two letters are no value representation.</summary>
    public const string DicomVrInvalid = "DicomVrInvalid";

    /// <summary>Sequences are nested deeper than any real file's.</summary>
    public const string DicomSequenceTooDeep = "DicomSequenceTooDeep";

    /// <summary>The file, the number of its elements or its image is larger than any CT slice.</summary>
    public const string DicomTooLarge = "DicomTooLarge";

    /// <summary>The transfer syntax is lossy, big-endian, unknown or one that no package here decodes.</summary>
    public const string DicomSyntaxUnsupported = "DicomSyntaxUnsupported";

    /// <summary>The object is no single-frame CT image in HU.</summary>
    public const string DicomNotCtImage = "DicomNotCtImage";

    /// <summary>The image is a localizer: a projection, and no slice.</summary>
    public const string DicomLocalizer = "DicomLocalizer";

    /// <summary>The image does not lie in the plane of the scanner's rays.</summary>
    public const string DicomPlaneUnsupported = "DicomPlaneUnsupported";

    /// <summary>The pixels become values by a table (Modality LUT) in place of a slope and an intercept.</summary>
    public const string DicomModalityLutUnsupported = "DicomModalityLutUnsupported";

    /// <summary>The pixel data do not fit the rows, the columns or the bits.</summary>
    public const string DicomPixelDataInvalid = "DicomPixelDataInvalid";

    /// <summary>The file is no PNG, or its structure or its checksum is wrong.</summary>
    public const string PngInvalid = "PngInvalid";

    /// <summary>The PNG is no plain greyscale image.</summary>
    public const string PngUnsupported = "PngUnsupported";

    /// <summary>The image's width or height is beyond what is read.</summary>
    public const string ImageTooLarge = "ImageTooLarge";

    /// <summary>The image is smaller than anything that can be reconstructed.</summary>
    public const string ImageTooSmall = "ImageTooSmall";

    /// <summary>The image is not square.</summary>
    public const string ImageNotSquare = "ImageNotSquare";

    /// <summary>The pixels are wider than they are high, or the other way round.</summary>
    public const string PixelsNotSquare = "PixelsNotSquare";

    /// <summary>A pixel is NaN or infinite.</summary>
    public const string ImageNotFinite = "ImageNotFinite";

    /// <summary>A pixel is out of the range of Hounsfield units, or of attenuation.</summary>
    public const string ImageOutOfRange = "ImageOutOfRange";

    /// <summary>The array has not two dimensions, or three for a stack of slices.</summary>
    public const string ImageShapeInvalid = "ImageShapeInvalid";

    /// <summary>The extension names no format of images that is read.</summary>
    public const string ImageFormatUnknown = "ImageFormatUnknown";

    /// <summary>A file of one slice was expected and holds several, or the other way round.</summary>
    public const string SliceCountMismatch = "SliceCountMismatch";

    /// <summary>The mask has another size than its image.</summary>
    public const string MaskSizeMismatch = "MaskSizeMismatch";

    /// <summary>The mask has values other than 0 and one other.</summary>
    public const string MaskNotBinary = "MaskNotBinary";

    /// <summary>The sinogram has other views or bins than its geometry.</summary>
    public const string SinogramShapeMismatch = "SinogramShapeMismatch";

    /// <summary>The geometry's JSON cannot be read, lacks a key, or has one that is unknown.</summary>
    public const string GeometryInvalid = "GeometryInvalid";
}
