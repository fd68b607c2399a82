using System.Globalization;
using Thesis.Engine.Data;

namespace Thesis.Engine.Tomography;

/// <summary>
/// What is said once at the end of a series: that no slice had metal, or that its values are cut off below the threshold, where
/// no metal can be found.
/// </summary>
/// <param name="detection">How metal was found.</param>
/// <param name="unit">The unit of npy files.</param>
public sealed class SeriesMetal(MetalDetection detection, PixelUnit unit)
{
    // So many equal largest pixels, brighter than soft tissue, are cut off and no peak.
    private const int FewestSaturated = 8;
    private const float LeastSaturation = 1000;

    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);

    /// <summary>Counts a slice, whatever the number of its methods.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="metalPixels">Pixels of its metal.</param>
    /// <param name="isMasked">Whether a mask said what is metal.</param>
    public void Add(CtSlice slice, int metalPixels, bool isMasked)
    {
        ArgumentNullException.ThrowIfNull(slice);
        var folder = slice.Index is null ? Path.GetDirectoryName(Path.GetFullPath(slice.Source)) ?? slice.Source : slice.Source;
        var series = _series.GetValueOrDefault(folder) ?? new Series();
        var brightest = slice.Values.Max();
        var largest = slice.Format == CtFormat.Npy && unit == PixelUnit.Attenuation
            ? (float)HounsfieldScale.ToHounsfield(brightest) : brightest;
        var isSaturated = largest >= LeastSaturation && slice.Values.Count(value => value == brightest) >= FewestSaturated;
        _series[folder] = series with
        {
            Slices = series.Slices + 1,
            WithMetal = series.WithMetal + (metalPixels > 0 ? 1 : 0),
            IsMasked = series.IsMasked || isMasked,
            Largest = Math.Max(series.Largest, largest),
            Saturation = isSaturated ? Math.Max(series.Saturation, largest) : series.Saturation,
        };
    }

    /// <summary>The sentences, one a series at most.</summary>
    public IEnumerable<string> Warnings()
    {
        foreach (var (folder, series) in _series)
        {
            if (series.WithMetal > 0 || series.IsMasked) continue;
            var threshold = detection.Threshold is { } fixedThreshold
                ? string.Create(CultureInfo.InvariantCulture, $"above {fixedThreshold} HU") : "by the automatic threshold";
            var slices = series.Slices == 1 ? "The slice" : string.Create(CultureInfo.InvariantCulture, $"None of the {series.Slices} slices");
            var has = series.Slices == 1 ? "has no" : "has";
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{slices} of '{folder}' {has} metal {threshold}; nothing was reduced. The largest value is {series.Largest:0} HU")
                + (series.Saturation > 0 && series.Saturation == series.Largest && series.Saturation <= (detection.Threshold ?? double.MaxValue)
                    ? ", which many pixels have: the values are cut off there, below any metal. Give a lower -MetalThreshold, or -MaskPath."
                    : ".");
        }
    }

    private sealed record Series
    {
        public int Slices { get; init; }

        public int WithMetal { get; init; }

        public bool IsMasked { get; init; }

        public float Largest { get; init; } = float.NegativeInfinity;

        public float Saturation { get; init; }
    }
}
