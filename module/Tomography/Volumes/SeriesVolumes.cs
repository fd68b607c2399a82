using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The volumes of files that are one series: of a DICOM series its slices in their order, of each stack its slices, of the
/// other files, npy and PNG, one slice after the other.
/// </summary>
public sealed class SeriesVolumes
{
    private readonly Dictionary<(string Source, int? Index), (MetalVolume Volume, int Layer)> _slices = [];

    private SeriesVolumes()
    {
    }

    /// <summary>Finds the metal of each volume; a file that cannot be read is left to its reader.</summary>
    /// <param name="files">The files, in the order of the series, of one DICOM series at most.</param>
    /// <param name="unit">The unit of npy files.</param>
    /// <param name="detection">How metal is found.</param>
    /// <param name="work">Cancellation, progress, warnings.</param>
    /// <exception cref="InputException"><c>MemoryInsufficient</c>.</exception>
    public static SeriesVolumes Find(
        IEnumerable<string> files, PixelUnit unit, MetalDetection detection, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(files);
        var found = new SeriesVolumes();
        var series = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (SortOf(file) is not { } sort) continue;
            if (!series.TryGetValue(sort, out var members)) series.Add(sort, members = []);
            members.Add(file);
        }

        foreach (var members in series.Values) found.Add(members, unit, detection, work);
        return found;
    }

    /// <summary>What a slice has of the metal of its volume.</summary>
    /// <exception cref="InputException">
    /// <c>VolumeSizeMismatch</c>: it is of another size than the volume; <c>VolumeSliceUnknown</c>: it could not be read
    /// with the others.
    /// </exception>
    public VolumeMetal Of(CtSlice slice)
    {
        ArgumentNullException.ThrowIfNull(slice);
        if (!_slices.TryGetValue((slice.Source, slice.Index), out var place))
        {
            throw new InputException(
                "VolumeSliceUnknown", FaultKind.InvalidData,
                $"{slice.Description} could not be read with the other slices of its volume. Has it changed since?",
                slice.Source);
        }

        var (volume, layer) = place;
        if (slice.Rows == volume.Rows && slice.Columns == volume.Columns) return volume.At(layer);
        throw new InputException(
            "VolumeSizeMismatch", FaultKind.InvalidData,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{slice.Description} has {slice.Rows} x {slice.Columns} pixels and the first slice of its volume "
                + $"{volume.Rows} x {volume.Columns}; -VolumeMask takes slices of one size."),
            slice.Source);
    }

    // A stack is a volume of its own; null for what cannot be read.
    private static string? SortOf(string file)
    {
        try
        {
            return CtFile.CountOf(file) > 1 ? file : CtFile.FindFormat(file) is CtFormat.Dicom ? "DICOM" : "";
        }
        catch (InputException)
        {
            return null;
        }
    }

    private void Add(List<string> files, PixelUnit unit, MetalDetection detection, WorkContext work)
    {
        var count = files.Sum(CtFile.CountOf);
        var places = new List<(string Source, int? Index)?>(count);
        var volume = MetalVolume.Find(
            () =>
            {
                places.Clear();
                return files.SelectMany(file => Read(file, unit, places, work));
            },
            count, detection, work);
        for (var i = 0; i < places.Count; i++)
        {
            if (places[i] is { } place) _slices[place] = (volume, i);
        }
    }

    // A slice without pixels, and without a name, takes the place of one that cannot be read.
    private static IEnumerable<VolumeSlice> Read(
        string file, PixelUnit unit, List<(string Source, int? Index)?> places, WorkContext work)
    {
        var left = CtFile.CountOf(file);
        using var slices = Opened(file, work).GetEnumerator();
        for (; Next(slices) is { } slice; left--)
        {
            places.Add((slice.Source, slice.Index));
            yield return ToVolume(slice, unit);
        }

        for (; left > 0; left--)
        {
            places.Add(null);
            yield return new VolumeSlice(null);
        }
    }

    // The file is opened when its first slice is asked for.
    private static IEnumerable<CtSlice> Opened(string file, WorkContext work)
    {
        foreach (var slice in CtFile.Read(file, work)) yield return slice;
    }

    private static CtSlice? Next(IEnumerator<CtSlice> slices)
    {
        try
        {
            return slices.MoveNext() ? slices.Current : null;
        }
        catch (InputException)
        {
            // The reader of the slice says it.
            return null;
        }
    }

    private static VolumeSlice ToVolume(CtSlice slice, PixelUnit unit)
    {
        try
        {
            return new VolumeSlice(
                SliceConversion.ToExact(slice, unit), slice.Dicom?.Position,
                slice.Dicom?.File.Data.Decimals(DicomTag.PixelSpacing) is [> 0 and var pixel, ..] ? pixel : null);
        }
        catch (InputException)
        {
            return new VolumeSlice(null);
        }
    }
}
