using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>What became of a slice.</summary>
public enum SliceStatus
{
    /// <summary>It was reduced and written.</summary>
    Reduced,

    /// <summary>It was written as it was: it has no metal, or the method is none.</summary>
    Unchanged,

    /// <summary>It was complete already, with the same settings.</summary>
    Skipped,
}

/// <summary>Reduces one slice by one method and writes its files.</summary>
/// <param name="Settings">Method and parameters.</param>
/// <param name="Loader">Makes the scan.</param>
/// <param name="Overwrite">Whether existing files are replaced.</param>
/// <param name="Resume">Whether a slice that is complete is left as it is, and one that is not is made again.</param>
public sealed record SliceReduction(ReductionSettings Settings, ScanLoader Loader, bool Overwrite, bool Resume)
{
    /// <summary>Looks whether the slice must be reduced.</summary>
    /// <returns>The record of a slice that is complete, when it may be left; else null.</returns>
    /// <exception cref="InputException">
    /// <c>FileExists</c>: it exists and may neither be replaced nor left; <c>ResumeSettingsDiffer</c>: it was made with
    /// other settings, or from a source that has changed; <c>DicomSourceMissing</c>, <c>DicomElementMissing</c>: the slice
    /// cannot be written in the target's format.
    /// </exception>
    public ReductionRecord? FindComplete(ScanInput input, ReductionTarget target)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        CtFile.RequireWritable(input.Slice, target.Format);
        if (Overwrite) return null;
        if (!Resume) return target.Existing is { } existing ? throw AtomicFile.Exists(existing) : null;
        if (!target.IsComplete(hasMask: input.Volume is not null)) return null;
        var record = ReductionRecord.Read(target.RecordPath);
        if (record.Settings == Settings.ToJson(target.Format, input) && record.Source == input.Slice.Description) return record;
        throw new InputException(
            "ResumeSettingsDiffer", FaultKind.InvalidArgument,
            $"'{target.ImagePath}' was made with other settings or from another or a changed source, as '{target.RecordPath}' says. "
            + "Give -Force to make it again, or another -Destination.",
            target.ImagePath);
    }

    /// <summary>
    /// Reduces the slice and writes the image, the difference, the mask of a volume and, last, the record.
    /// </summary>
    /// <exception cref="InputException">A fault of the slice; nothing was written then.</exception>
    public ReductionRecord Reduce(ScanInput input, CorruptedScan scan, ReductionTarget target, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(work);
        if (!Overwrite) MetalPlausibility.RequireShare(scan.Image, scan.Metal, input.Slice.Description);
        var settings = Settings.ToJson(target.Format, input);
        if (Settings.Model is { } model && scan.Metal.PixelCount > 0) TrainingLikeness.Require(model, input, scan, work);
        var reduced = new ArtifactReducer(Settings.CreateMethod(), Settings.KeepMetal).Reduce(scan, work);
        work.ThrowIfCancelled();
        var values = SliceConversion.ToValues(reduced.Image, input.Slice, KeptOf(scan), Settings.Unit, target.Format);
        var difference = SliceConversion.Difference(
            CtFile.Rounded(values, input.Slice, target.Format), target.Format, input.Slice, Settings.Unit);
        var replace = Overwrite || Resume;

        // Without its record a slice counts as not done: it goes first and comes last.
        if (replace && File.Exists(target.RecordPath)) AtomicFile.Guard(target.RecordPath, () => File.Delete(target.RecordPath));
        if (!IsUnchanged(scan.Metal.PixelCount) || !CtFile.TryCopy(target.ImagePath, input.Slice, target.Format, replace))
        {
            CtFile.Write(target.ImagePath, values, input.Slice, target.Format, Describe(input, scan), replace);
        }

        AtomicFile.Write(
            target.DifferencePath,
            stream => NpyFile.Write<float>(stream, difference, input.Slice.Rows, input.Slice.Columns), replace);
        WriteMask(input, target, replace);
        var record = new ReductionRecord(
            settings, input.Slice.Description, scan.Metal.PixelCount, ThresholdOf(input, scan), MetalSizeGroups.Of(scan.Metal),
            reduced.Iterations?.Iterations, reduced.Iterations?.Objective);
        record.Write(target.RecordPath);
        return record;
    }

    /// <summary>What became of a slice that was made.</summary>
    public SliceStatus StatusOf(ReductionRecord made)
    {
        ArgumentNullException.ThrowIfNull(made);
        return IsUnchanged(made.MetalPixels) ? SliceStatus.Unchanged : SliceStatus.Reduced;
    }

    // One of an earlier run is not left beside what was made without it.
    private static void WriteMask(ScanInput input, ReductionTarget target, bool replace)
    {
        if (input.Volume?.Metal is not { } metal)
        {
            if (replace) AtomicFile.Guard(target.MaskPath, () => File.Delete(target.MaskPath));
            return;
        }

        var mask = new PixelMask(metal.Values, metal.Rows, metal.Columns, target.MaskPath);
        AtomicFile.Write(target.MaskPath, stream => MaskFile.Write(stream, mask), replace);
    }

    // What is not reduced is its source, to the last bit; so are padding and metal that is put back.
    private Predicate<int> KeptOf(CorruptedScan scan)
    {
        if (IsUnchanged(scan.Metal.PixelCount)) return _ => true;
        var (padding, metal) = (scan.Padding?.Values, Settings.KeepMetal ? scan.Metal.Values : null);
        return pixel => padding?[pixel] == true || metal?[pixel] == true;
    }

    private bool IsUnchanged(int metalPixels) =>
        metalPixels == 0 || Settings.Method.Equals("none", StringComparison.OrdinalIgnoreCase);

    private double? ThresholdOf(ScanInput input, CorruptedScan scan)
    {
        if (input.Mask is not null) return null;
        var threshold = input.Volume?.Threshold ?? Settings.Detection.Threshold ?? MetalDetection.Automatic(scan.Image);
        return double.IsFinite(threshold) ? threshold : null;
    }

    private SliceDerivation Describe(ScanInput input, CorruptedScan scan)
    {
        var method = Settings.Method.ToUpperInvariant();
        var geometry = scan.Tomograph.Geometry;
        var parameters = method == "TV"
            ? string.Create(
                CultureInfo.InvariantCulture,
                $" (lambda {Settings.Variation.LambdaFor(geometry):G6}, {Settings.Variation.Iterations} iterations)")
            : Settings.Model is { } model
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $" ({model.Description}, SHA-256 {model.Sha256[..12]}, trained at {model.Geometry.ImageSize} x {model.Geometry.ImageSize} pixels)")
                : "";
        var threshold = ThresholdOf(input, scan);
        var above = threshold is null
            ? "by an automatic threshold" : string.Create(CultureInfo.InvariantCulture, $"above {threshold} HU");
        var metal = input.Mask is not null
            ? "given by a mask" : input.Volume is null ? above : above + " in the volume of the series";

        // Of each slice its own threshold, of the series how it is found.
        var detection = Settings.Detection;
        var first = detection.Threshold?.ToString(CultureInfo.InvariantCulture) ?? "auto";
        var common = Sentence(string.Create(
            CultureInfo.InvariantCulture,
            $"{first}, {detection.LeastPixels}, {detection.Margin}{(input.Volume is null ? "" : ", volume")}"));
        return new SliceDerivation(
            Sentence(metal), $"MAR {method}",
            scan.Metal.PixelCount == 0 ? $"Metal artifact reduction by {method}: no metal {metal}, pixels unchanged (Thesis)" : null)
        {
            Series = common,
            IsIterative = method == "TV",
        };

        string Sentence(string found) => string.Create(
            CultureInfo.InvariantCulture,
            $"Metal artifact reduction by {method}{parameters}, metal {found}, {(Settings.KeepMetal ? "put back" : "left out")}"
            + $"{(scan.IsReprojection && !Settings.IsWhole ? ", as a correction of the image" : "")}; "
            + $"{(input.SinogramPath is null ? "reprojected" : "measured")} in {geometry.Views} views x "
            + $"{geometry.Bins} bins, {geometry.Detector} detector (Thesis)");
    }
}
