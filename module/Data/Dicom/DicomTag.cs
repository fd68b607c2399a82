using System.Globalization;

namespace Thesis.Engine.Data;

/// <summary>The tag of a DICOM data element; elements stand in a file by rising tag.</summary>
/// <param name="Group">The group; odd ones are private.</param>
/// <param name="Element">The element in the group.</param>
public readonly record struct DicomTag(ushort Group, ushort Element) : IComparable<DicomTag>
{
    internal static readonly DicomTag MetaGroupLength = new(0x0002, 0x0000);
    internal static readonly DicomTag MetaVersion = new(0x0002, 0x0001);
    internal static readonly DicomTag MediaStorageClass = new(0x0002, 0x0002);
    internal static readonly DicomTag MediaStorageInstance = new(0x0002, 0x0003);
    internal static readonly DicomTag TransferSyntax = new(0x0002, 0x0010);
    internal static readonly DicomTag ImplementationClass = new(0x0002, 0x0012);
    internal static readonly DicomTag ImplementationVersion = new(0x0002, 0x0013);
    internal static readonly DicomTag CharacterSet = new(0x0008, 0x0005);
    internal static readonly DicomTag ImageType = new(0x0008, 0x0008);
    internal static readonly DicomTag InstanceCreationDate = new(0x0008, 0x0012);
    internal static readonly DicomTag InstanceCreationTime = new(0x0008, 0x0013);
    internal static readonly DicomTag InstanceCreator = new(0x0008, 0x0014);
    internal static readonly DicomTag SopClass = new(0x0008, 0x0016);
    internal static readonly DicomTag SopInstance = new(0x0008, 0x0018);
    internal static readonly DicomTag Modality = new(0x0008, 0x0060);
    internal static readonly DicomTag Manufacturer = new(0x0008, 0x0070);
    internal static readonly DicomTag CodeValue = new(0x0008, 0x0100);
    internal static readonly DicomTag CodeScheme = new(0x0008, 0x0102);
    internal static readonly DicomTag CodeMeaning = new(0x0008, 0x0104);
    internal static readonly DicomTag SeriesDescription = new(0x0008, 0x103E);
    internal static readonly DicomTag ManufacturerModel = new(0x0008, 0x1090);
    internal static readonly DicomTag ReferencedSopClass = new(0x0008, 0x1150);
    internal static readonly DicomTag ReferencedSopInstance = new(0x0008, 0x1155);
    internal static readonly DicomTag DerivationDescription = new(0x0008, 0x2111);
    internal static readonly DicomTag SourceImageSequence = new(0x0008, 0x2112);
    internal static readonly DicomTag DerivationCodeSequence = new(0x0008, 0x9215);
    internal static readonly DicomTag PatientId = new(0x0010, 0x0020);
    internal static readonly DicomTag SoftwareVersions = new(0x0018, 0x1020);
    internal static readonly DicomTag ReconstructionDiameter = new(0x0018, 0x1100);
    internal static readonly DicomTag SourceToDetector = new(0x0018, 0x1110);
    internal static readonly DicomTag SourceToPatient = new(0x0018, 0x1111);
    internal static readonly DicomTag GantryTilt = new(0x0018, 0x1120);
    internal static readonly DicomTag CollectionCenter = new(0x0018, 0x9313);
    internal static readonly DicomTag TargetCenter = new(0x0018, 0x9318);
    internal static readonly DicomTag EquipmentSequence = new(0x0018, 0xA001);
    internal static readonly DicomTag ContributionDescription = new(0x0018, 0xA003);
    internal static readonly DicomTag SeriesInstance = new(0x0020, 0x000E);
    internal static readonly DicomTag SeriesNumber = new(0x0020, 0x0011);
    internal static readonly DicomTag InstanceNumber = new(0x0020, 0x0013);
    internal static readonly DicomTag ImagePosition = new(0x0020, 0x0032);
    internal static readonly DicomTag ImageOrientation = new(0x0020, 0x0037);
    internal static readonly DicomTag SamplesPerPixel = new(0x0028, 0x0002);
    internal static readonly DicomTag Photometric = new(0x0028, 0x0004);
    internal static readonly DicomTag NumberOfFrames = new(0x0028, 0x0008);
    internal static readonly DicomTag Rows = new(0x0028, 0x0010);
    internal static readonly DicomTag Columns = new(0x0028, 0x0011);
    internal static readonly DicomTag PixelSpacing = new(0x0028, 0x0030);
    internal static readonly DicomTag BitsAllocated = new(0x0028, 0x0100);
    internal static readonly DicomTag BitsStored = new(0x0028, 0x0101);
    internal static readonly DicomTag HighBit = new(0x0028, 0x0102);
    internal static readonly DicomTag PixelRepresentation = new(0x0028, 0x0103);
    internal static readonly DicomTag SmallestPixel = new(0x0028, 0x0106);
    internal static readonly DicomTag LargestPixel = new(0x0028, 0x0107);
    internal static readonly DicomTag SmallestPixelInSeries = new(0x0028, 0x0108);
    internal static readonly DicomTag LargestPixelInSeries = new(0x0028, 0x0109);
    internal static readonly DicomTag PixelPadding = new(0x0028, 0x0120);
    internal static readonly DicomTag PixelPaddingLimit = new(0x0028, 0x0121);
    internal static readonly DicomTag RescaleIntercept = new(0x0028, 0x1052);
    internal static readonly DicomTag RescaleSlope = new(0x0028, 0x1053);
    internal static readonly DicomTag RescaleType = new(0x0028, 0x1054);
    internal static readonly DicomTag ModalityLutSequence = new(0x0028, 0x3000);
    internal static readonly DicomTag PurposeOfReference = new(0x0040, 0xA170);
    internal static readonly DicomTag HistogramSequence = new(0x0060, 0x3000);
    internal static readonly DicomTag IconImageSequence = new(0x0088, 0x0200);
    internal static readonly DicomTag MacParameters = new(0x4FFE, 0x0001);
    internal static readonly DicomTag PixelData = new(0x7FE0, 0x0010);
    internal static readonly DicomTag Signatures = new(0xFFFA, 0xFFFA);
    internal static readonly DicomTag Item = new(0xFFFE, 0xE000);
    internal static readonly DicomTag ItemEnd = new(0xFFFE, 0xE00D);
    internal static readonly DicomTag SequenceEnd = new(0xFFFE, 0xE0DD);

    /// <inheritdoc/>
    public int CompareTo(DicomTag other) => Number.CompareTo(other.Number);

    /// <summary>Whether <paramref name="left"/> stands before <paramref name="right"/>.</summary>
    public static bool operator <(DicomTag left, DicomTag right) => left.Number < right.Number;

    /// <summary>Whether <paramref name="left"/> stands after <paramref name="right"/>.</summary>
    public static bool operator >(DicomTag left, DicomTag right) => left.Number > right.Number;

    /// <summary>Whether <paramref name="left"/> does not stand after <paramref name="right"/>.</summary>
    public static bool operator <=(DicomTag left, DicomTag right) => left.Number <= right.Number;

    /// <summary>Whether <paramref name="left"/> does not stand before <paramref name="right"/>.</summary>
    public static bool operator >=(DicomTag left, DicomTag right) => left.Number >= right.Number;

    private uint Number => ((uint)Group << 16) | Element;

    /// <summary>The tag after its keyword (PS3.6), where a fault may name it: Rows (0028,0010).</summary>
    internal string Named => Keywords.TryGetValue(this, out var keyword) ? $"{keyword} {this}" : ToString();

    // Of the elements whose values are read.
    private static readonly Dictionary<DicomTag, string> Keywords = new()
    {
        [TransferSyntax] = "TransferSyntaxUID",
        [SopClass] = "SOPClassUID",
        [SopInstance] = "SOPInstanceUID",
        [SeriesInstance] = "SeriesInstanceUID",
        [ReconstructionDiameter] = "ReconstructionDiameter",
        [SourceToDetector] = "DistanceSourceToDetector",
        [SourceToPatient] = "DistanceSourceToPatient",
        [GantryTilt] = "GantryDetectorTilt",
        [ImagePosition] = "ImagePositionPatient",
        [ImageOrientation] = "ImageOrientationPatient",
        [SamplesPerPixel] = "SamplesPerPixel",
        [Photometric] = "PhotometricInterpretation",
        [Rows] = "Rows",
        [Columns] = "Columns",
        [PixelSpacing] = "PixelSpacing",
        [BitsAllocated] = "BitsAllocated",
        [BitsStored] = "BitsStored",
        [HighBit] = "HighBit",
        [PixelRepresentation] = "PixelRepresentation",
        [RescaleIntercept] = "RescaleIntercept",
        [RescaleSlope] = "RescaleSlope",
        [PixelData] = "PixelData",
    };

    /// <summary>As the standard writes it, such as (0028,0010).</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"({Group:X4},{Element:X4})");
}
