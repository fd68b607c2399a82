using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>Files that belong together: the slices of one DICOM series from one end to the other.</summary>
/// <param name="Uid">SeriesInstanceUID; null for files that are no DICOM slices, in the order given.</param>
/// <param name="Number">SeriesNumber.</param>
/// <param name="Files">The files, by their place along the normal of the slices.</param>
/// <param name="Remarks">What a reader of the volume should know: gaps, and slices in one place.</param>
public sealed record CtSeries(
    string? Uid, int? Number, IReadOnlyList<string> Files, IReadOnlyList<string> Remarks)
{
    /// <summary>The name of a folder for it among the series of one folder: series-NUMBER.</summary>
    /// <param name="isAmbiguous">Whether another series has the number, or this one has none.</param>
    public string FolderName(bool isAmbiguous)
    {
        var number = Number is { } value ? string.Create(CultureInfo.InvariantCulture, $"series-{value}") : "series";
        return isAmbiguous ? $"{number}-{DicomUid.Derive(Uid ?? "")[^6..]}" : number;
    }

    /// <summary>
    /// Splits files by their series: first what is no DICOM slice, in the order given, its faults left to its reader; then
    /// the series by number and UID.
    /// </summary>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static IReadOnlyList<CtSeries> Split(IEnumerable<string> files, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(work);
        var places = new List<CtPlace>();
        foreach (var file in files)
        {
            work.ThrowIfCancelled();
            places.Add(CtPlace.Of(file));
        }

        return
        [
            .. places.GroupBy(place => place.SeriesUid)
                .OrderBy(group => group.Key is not null)
                .ThenBy(group => group.Min(place => place.SeriesNumber ?? int.MaxValue))
                .ThenBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => Of(group.Key, [.. group])),
        ];
    }

    private static CtSeries Of(string? uid, CtPlace[] places)
    {
        var ordered = uid is null ? places : CtPlace.Ordered(places);
        return new CtSeries(
            uid, places.Select(place => place.SeriesNumber).FirstOrDefault(number => number is not null),
            [.. ordered.Select(place => place.File)], uid is null ? [] : CtPlace.Remarks(ordered));
    }
}
