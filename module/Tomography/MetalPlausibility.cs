using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>Doubts about a metal mask and about a reduced image, by what tissue and metal can be.</summary>
internal static class MetalPlausibility
{
    /// <summary>Metal of a larger share of the body is warned of.</summary>
    public const double MostOfBody = 0.05;

    /// <summary>Metal of a larger share of the body is no metal.</summary>
    public const double MostPlausible = 0.25;

    /// <summary>The least value that a reduced image may have, in HU, unless its input has less.</summary>
    public const double LeastOutput = -1300;

    /// <summary>The largest value that a reduced image may have, in HU, unless its input has more.</summary>
    public const double LargestOutput = 8000;

    private const double UndershootHounsfield = 500;
    private const double BodyFloor = -300;

    /// <summary>The share of the body that is metal; the body is what is above -300 HU, its holes filled.</summary>
    public static double ShareOfBody(SliceImage image, MetalMask metal)
    {
        if (metal.PixelCount == 0) return 0;
        var floor = HounsfieldScale.ToAttenuation(BodyFloor);
        var outside = new bool[image.Values.Length];
        for (var i = 0; i < outside.Length; i++) outside[i] = image.Values[i] <= floor && !metal.Values[i];
        var body = outside.Length
            - PixelRegions.Of(outside, image.Columns).Where(region => region.TouchesBorder).Sum(region => region.Pixels.Count);
        return (double)metal.PixelCount / Math.Max(1, body);
    }

    /// <summary>Warns of metal that is a large share of the body.</summary>
    public static void WarnOfShare(SliceImage image, MetalMask metal, string description, WorkContext work)
    {
        var share = ShareOfBody(image, metal);
        if (share <= MostOfBody) return;
        work.Warning?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"Metal is {100 * share:F0} % of the body in {description} ({metal.PixelCount:N0} pixels). Unless that is so, the "
            + $"threshold or the mask takes tissue for metal."));
    }

    /// <summary>Refuses metal that is more of the body than any implant is.</summary>
    /// <exception cref="InputException"><c>MetalImplausible</c>.</exception>
    public static void RequireShare(SliceImage image, MetalMask metal, string description)
    {
        var share = ShareOfBody(image, metal);
        if (share <= MostPlausible) return;
        throw new InputException(
            "MetalImplausible", FaultKind.InvalidData,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Metal would be {100 * share:F0} % of the body in {description} ({metal.PixelCount:N0} pixels), which no implant is: the "
                + $"threshold or the mask takes tissue for metal. -Force reduces it all the same."),
            description);
    }

    /// <summary>
    /// Raises what lies up to 500 HU below the least value of a scanner's image, padding left out, to it: scanners cut there,
    /// too. What lies lower stays, and is refused.
    /// </summary>
    public static void CutAtFloor(float[] output, CorruptedScan scan)
    {
        var floor = float.PositiveInfinity;
        for (var i = 0; i < output.Length; i++)
        {
            if (scan.Padding?.Values[i] != true) floor = Math.Min(floor, scan.Image.Values[i]);
        }

        const float most = (float)(UndershootHounsfield * HounsfieldScale.WaterAttenuation / 1000);
        for (var i = 0; i < output.Length; i++)
        {
            if (output[i] < floor && output[i] >= floor - most) output[i] = floor;
        }
    }

    /// <summary>Refuses an image with a pixel that no tissue or metal can be.</summary>
    /// <exception cref="InputException"><c>ReductionImplausible</c>, with the index of the worst pixel as target.</exception>
    public static void Require(SliceImage output, SliceImage input, string method)
    {
        var (least, largest) = (HounsfieldScale.ToAttenuation(LeastOutput), HounsfieldScale.ToAttenuation(LargestOutput));
        foreach (var value in input.Values)
        {
            least = Math.Min(least, value);
            largest = Math.Max(largest, value);
        }

        var (worst, excess) = (-1, 0.0);
        for (var i = 0; i < output.Values.Length; i++)
        {
            var value = output.Values[i];
            var beyond = float.IsFinite(value) ? Math.Max(least - value, value - largest) : double.PositiveInfinity;
            if (beyond > excess) (worst, excess) = (i, beyond);
        }

        if (worst < 0) return;
        throw new InputException(
            "ReductionImplausible", FaultKind.InvalidData,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{method.ToUpperInvariant()} gives {HounsfieldScale.ToHounsfield(output.Values[worst]):F0} HU in row "
                + $"{worst / output.Columns}, column {worst % output.Columns}, which no tissue or metal is; "
                + $"{HounsfieldScale.ToHounsfield(least):F0} to {HounsfieldScale.ToHounsfield(largest):F0} HU can be. Is the metal what "
                + $"the threshold or the mask says?"),
            worst);
    }
}
