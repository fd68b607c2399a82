using System.Globalization;
using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Faces;

/// <summary>
/// Finds the faces of photographs, aligns them and makes a feature of each by a face model. Photographs are JPEG, PNG or WebP files,
/// or folders of them; what comes out goes into Invoke-FaceClustering, by the pipeline or by a file.
/// </summary>
/// <remarks>
/// <para>Two ONNX files are needed, which the module does not contain: a detector, YuNet of 2023 or later
/// (face_detection_yunet_2023mar.onnx of OpenCV's model zoo, MIT License), and a face model, which takes aligned faces of 112 x 112
/// or 112 x 96 pixels, as those of ArcFace, SphereFace and MobileFaceNet do. With Aligned every photograph is taken for one aligned
/// face, square or of the model's shape, and no detector is needed.</para>
/// <para>A photograph's EXIF orientation is applied; grey, palette, transparent and 16-bit images are taken, too. A face is found in the
/// photograph scaled down to DetectionSide, and cut out of the full one by the similarity transform that brings its five landmarks
/// nearest to those of the model's template. Features are not scaled to unit length; Invoke-FaceClustering does that.</para>
/// <para>A file that cannot be read is an error, and the next one follows. Files of a folder that are no photographs, photographs without a
/// face, and faces that MinimumScore, MinimumSize, MinimumSharpness or LargestOnly leave out are counted in a warning; LeftOutPath
/// lists each with its reason, and Verbose names it.</para>
/// <para>With WhatIf the faces are found and come out as ever; the files at FeaturePath and LeftOutPath are named and not written.</para>
/// </remarks>
/// <example>
/// <code>Get-FaceFeature photographs -DetectorPath detector.onnx -ModelPath model.onnx -MinimumSize 20</code>
/// <para>The faces of the photographs of a folder.</para>
/// </example>
/// <example>
/// <code>Get-FaceFeature crops -Aligned -Recurse -FolderIdentity -ModelPath model.onnx -FeaturePath faces.npz | Invoke-FaceClustering -Threshold 0.4 -Summary</code>
/// <para>Features of aligned faces that lie in a folder for each person: kept in a file, and clustered.</para>
/// </example>
/// <seealso cref="InvokeFaceClusteringCommand"/>
/// <seealso cref="AddFaceCommand"/>
/// <parameter name="Path">The photographs, or folders of them, with wildcards.</parameter>
/// <parameter name="LiteralPath">The photographs, or folders of them, their paths taken as they are written.</parameter>
[Cmdlet(VerbsCommon.Get, "FaceFeature", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(FaceFeature))]
public sealed class GetFaceFeatureCommand : FileInputCmdlet
{
    // So many are worked on side by side before any of them is emitted.
    private const int Together = 64;

    private readonly List<string> _waiting = [];
    private readonly List<FaceFeatureRow> _rows = [];
    private readonly List<LeftOutFace> _leftOut = [];
    private FaceDetector? _detector;
    private FaceEmbedder? _embedder;
    private FaceExtractor? _extractor;

    /// <summary>Paths or file or folder objects from the pipeline; of a record, its Path.</summary>
    [Parameter(ParameterSetName = InputObjectSet, Mandatory = true, ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = null!;

    /// <summary>The face model, an ONNX file: float32 of N x 3 x rows x columns to a row of values a face.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string ModelPath { get; set; } = "";

    /// <summary>The detector, an ONNX file of YuNet.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DetectorPath { get; set; }

    /// <summary>Takes every photograph for one aligned face; nothing is searched.</summary>
    [Parameter]
    public SwitchParameter Aligned { get; set; }

    /// <summary>Takes the photographs of the folders in a folder, too.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Takes the name of a photograph's folder for the identity of its faces.</summary>
    [Parameter]
    public SwitchParameter FolderIdentity { get; set; }

    /// <summary>The detector's least score.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double MinimumScore { get; set; } = 0.7;

    /// <summary>The least length of the shorter side of a face's box, in pixels.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e6)]
    public double MinimumSize { get; set; } = 40;

    /// <summary>The least sharpness: the variance of the Laplacian of the aligned face, in squared grey levels.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e6)]
    public double MinimumSharpness { get; set; }

    /// <summary>Takes the largest face of each photograph only.</summary>
    [Parameter]
    public SwitchParameter LargestOnly { get; set; }

    /// <summary>The longer side to which larger photographs are scaled down for the search; large for small faces in large photographs.</summary>
    [Parameter]
    [ValidateRange(32, 8192)]
    public int DetectionSide { get; set; } = 640;

    /// <summary>The value of a pixel, 0 to 255, that is 0 for the model.</summary>
    [Parameter]
    [ValidateRange(0.0, 255.0)]
    public double PixelMean { get; set; } = 127.5;

    /// <summary>What a pixel's value, less PixelMean, is divided by: 127.5 for ArcFace and most models, 128 for SphereFace.</summary>
    [Parameter]
    [ValidateRange(1e-6, 255.0)]
    public double PixelScale { get; set; } = 127.5;

    /// <summary>The order of the colours that the model takes.</summary>
    [Parameter]
    [ValidateSet("RGB", "BGR")]
    public string ChannelOrder { get; set; } = "RGB";

    /// <summary>Adds the feature of the mirrored face, at twice the time.</summary>
    [Parameter]
    public SwitchParameter Mirrored { get; set; }

    /// <summary>The most faces of one run of the model.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int BatchSize { get; set; } = 16;

    /// <summary>Where a network of Build-FaceEmbedder computes: auto, cpu, cuda or cuda:N; ONNX models take the CPU.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    [ValidateNotNullOrEmpty]
    public string Device { get; set; } = "cpu";

    /// <summary>Writes the faces with their features to this file, too: npz or csv.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FeaturePath { get; set; }

    /// <summary>Writes each file and face that gave no feature, and the reason, to this CSV file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LeftOutPath { get; set; }

    /// <summary>Replaces existing files at FeaturePath and LeftOutPath.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Checks the parameters and loads the models, before any photograph is read.</summary>
    protected override void BeginProcessing()
    {
        if (FeaturePath is not null) FeaturePath = Require(() => FaceFeatureFile.CheckPath(CheckTarget(FeaturePath, Force)));
        if (LeftOutPath is not null) LeftOutPath = Require(() => CheckTarget(LeftOutPath, Force));
        Require(() => RequireDifferent(FeaturePath, LeftOutPath));
        Require(RequireDetector);
        var options = new FaceExtractionOptions
        {
            MinimumScore = MinimumScore,
            MinimumSize = MinimumSize,
            MinimumSharpness = MinimumSharpness,
            DetectionSide = DetectionSide,
            LargestOnly = LargestOnly,
        };
        var embedding = new FaceEmbeddingOptions
        {
            Mean = PixelMean,
            Scale = PixelScale,
            BlueFirst = ChannelOrder.Equals("BGR", StringComparison.OrdinalIgnoreCase),
            Mirrored = Mirrored,
            BatchSize = BatchSize,
            Device = Require(() => ComputeDevice.Parse(Device)),
        };
        _embedder = Require(() => FaceEmbedder.Load(ResolveTarget(ModelPath), embedding));
        _detector = DetectorPath is null ? null : Require(() => FaceDetector.Load(ResolveTarget(DetectorPath)));
        _extractor = new FaceExtractor(_detector, _embedder, options);
    }

    /// <inheritdoc/>
    protected override void Take(string path, bool literal)
    {
        foreach (var item in PathResolver.FilesAndFolders(this, path, literal))
        {
            if (Directory.Exists(item)) TakeFolder(item);
            else TakeFile(item);
        }
    }

    /// <inheritdoc/>
    protected override void TakeObject()
    {
        if ((PathResolver.Of(InputObject) ?? Property("Path") ?? Property("FullName") ?? Property("PSPath")) is { } path)
        {
            Take(path, literal: true);
            return;
        }

        throw new InputException(
            "PhotographObjectUnknown", FaultKind.InvalidData, "An object of the pipeline is no path and has no property Path or FullName.", InputObject);
    }

    /// <summary>Works on what waits, writes the files, and says what was left out.</summary>
    protected override void EndProcessing()
    {
        Work();
        Guard(WriteFeatures);
        Guard(WriteLeftOut);
        SayLeftOut();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _detector?.Dispose();
            _embedder?.Dispose();
        }

        base.Dispose(disposing);
    }

    private string? Property(string name) => InputObject.Properties[name]?.Value as string;

    private bool RequireDetector() => (DetectorPath is null, Aligned.IsPresent) switch
    {
        (true, false) => throw new InputException(
            "FaceDetectorMissing", FaultKind.InvalidArgument,
            "Give -DetectorPath to find faces in photographs, or -Aligned where each photograph is an aligned face."),
        (false, true) => throw new InputException(
            "FaceDetectorNotUsed", FaultKind.InvalidArgument, "-Aligned has no use for -DetectorPath: nothing is searched."),
        _ => true,
    };

    private static bool RequireDifferent(string? target, string? other) => target is null || target != other ? true : throw new InputException(
        "TargetTaken", FaultKind.InvalidArgument, $"Two outputs cannot both go to '{target}'.", target);

    private void TakeFolder(string folder)
    {
        var (photographs, others) = Compute(work => PhotographFolder.Find(folder, Recurse, work));
        foreach (var other in others) Leave(new LeftOutFace(other, null, LeftOutReason.NotAnImage));
        foreach (var photograph in photographs) TakeFile(photograph);
    }

    private void TakeFile(string path)
    {
        _waiting.Add(path);
        if (_waiting.Count == Together) Work();
    }

    private void Work()
    {
        if (_waiting.Count == 0) return;
        string[] paths = [.. _waiting];
        _waiting.Clear();
        foreach (var photograph in Compute(work => _extractor!.Extract(paths, work))) Emit(photograph);
    }

    private void Emit(PhotographFaces photograph)
    {
        foreach (var face in photograph.LeftOut) Leave(face);
        if (photograph.Fault is { } fault) Guard(() => throw fault);
        var identity = FolderIdentity ? System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(photograph.Path)) : null;
        for (var i = 0; i < photograph.Faces.Count; i++)
        {
            var face = photograph.Faces[i];
            var id = face.Detection is null ? photograph.Path : string.Create(CultureInfo.InvariantCulture, $"{photograph.Path}#{i + 1}");
            if (FeaturePath is not null) _rows.Add(new FaceFeatureRow(id, photograph.Path, identity, _embedder!.Name, face));
            WriteObject(FaceFeatureRecords.Of(id, photograph.Path, identity, i + 1, _embedder!.Name, face));
        }
    }

    private void Leave(LeftOutFace face)
    {
        _leftOut.Add(face);
        var place = face.Face is { } found
            ? string.Create(CultureInfo.InvariantCulture, $" at ({found.Left:0}, {found.Top:0}), {found.Width:0} x {found.Height:0}, score {found.Score:0.00}")
            : "";
        WriteVerbose($"Left out, {face.Reason}: '{face.Path}'{place}.");
    }

    private void WriteFeatures()
    {
        if (FeaturePath is null || !ShouldProcess(FeaturePath, $"Write {_rows.Count} faces")) return;
        if (_rows.Count == 0)
        {
            WriteWarning($"No face was found: '{FeaturePath}' is not written.");
            return;
        }

        FaceFeatureFile.Write(_rows, FeaturePath, Force);
    }

    private void WriteLeftOut()
    {
        if (LeftOutPath is not null && ShouldProcess(LeftOutPath, $"Write {_leftOut.Count} files and faces that were left out"))
        {
            LeftOutFile.Write(_leftOut, LeftOutPath, Force);
        }
    }

    private void SayLeftOut()
    {
        if (_leftOut.Count == 0) return;
        var reasons = _leftOut.GroupBy(face => face.Reason).OrderByDescending(group => group.Count())
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {group.Key}"));
        WriteWarning(
            $"Left out: {string.Join(", ", reasons)}."
            + (LeftOutPath is null ? " -LeftOutPath lists them." : ""));
    }
}
