using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>Where a slice lies in its series.</summary>
/// <param name="File">The file.</param>
/// <param name="SeriesUid">SeriesInstanceUID; null where the file is no DICOM slice that can be read.</param>
/// <param name="SeriesNumber">SeriesNumber.</param>
/// <param name="Position">
/// ImagePositionPatient along the normal of the slice, in mm, or its z where there is no orientation; null without it.
/// </param>
/// <param name="Instance">InstanceNumber.</param>
internal sealed record CtPlace(string File, string? SeriesUid, int? SeriesNumber, double? Position, int? Instance)
{
    /// <summary>Reads a file's header.</summary>
    public static CtPlace Of(string file)
    {
        var none = new CtPlace(file, null, null, null, null);
        try
        {
            if (CtFile.FindFormat(file) != CtFormat.Dicom) return none;
            var image = DicomCtImage.From(DicomFile.Read(file));
            var data = image.File.Data;
            return new CtPlace(
                file, image.SeriesUid, data.Integer(DicomTag.SeriesNumber), image.Position,
                data.Integer(DicomTag.InstanceNumber));
        }
        catch (InputException)
        {
            // The reader of the slice says it.
            return none;
        }
    }

    /// <summary>The slices by their positions where all have one; else by their numbers, and by their names.</summary>
    public static CtPlace[] Ordered(CtPlace[] places)
    {
        var byPosition = Array.TrueForAll(places, place => place.Position is not null);
        return
        [
            .. places.OrderBy(place => byPosition ? place.Position : 0)
                .ThenBy(place => place.Instance ?? int.MaxValue)
                .ThenBy(place => place.File, StringComparer.Ordinal),
        ];
    }

    /// <summary>Gaps, and slices in one place, of slices in order.</summary>
    public static IReadOnlyList<string> Remarks(IReadOnlyList<CtPlace> ordered)
    {
        if (ordered.Any(place => place.Position is null))
        {
            return ordered.Count == 1 ? [] : ["slices without a position, so they are ordered by their numbers"];
        }

        var steps = Enumerable.Range(1, ordered.Count - 1)
            .Select(i => (Step: ordered[i].Position!.Value - ordered[i - 1].Position!.Value, Before: ordered[i - 1], After: ordered[i]))
            .ToArray();
        var remarks = new List<string>();
        var same = Array.FindAll(steps, step => step.Step < SliceSteps.SamePlace);
        if (same.Length > 0)
        {
            remarks.Add(
                $"{Count(same.Length, "pair")} of slices in one place, first {Names(same[0].Before, same[0].After)}: two scans may "
                + "share the series");
        }

        if (SliceSteps.Usual(steps.Select(step => step.Step)) is not { } usual) return remarks;
        var gaps = Array.FindAll(steps, step => step.Step > SliceSteps.GapFactor * usual);
        if (gaps.Length > 0)
        {
            remarks.Add(
                $"{Count(gaps.Length, "gap")}, first {Millimetres(gaps[0].Step)} between {Names(gaps[0].Before, gaps[0].After)}, "
                + $"where slices are {Millimetres(usual)} apart");
        }

        return remarks;
    }

    private static string Count(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Names(CtPlace before, CtPlace after) =>
        $"'{Path.GetFileName(before.File)}' and '{Path.GetFileName(after.File)}'";

    private static string Millimetres(double length) => string.Create(CultureInfo.InvariantCulture, $"{length:0.##} mm");
}
