using MathNet.Numerics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// How far the cosines of two people's faces scatter, as the dimension D of a space in which they would be N(0, 1 / D),
/// read off the pairs of a set whose people are unknown.
/// <para>
/// It is read on the tail of the large cosines, D = (z_p / c_p)^2, with c_p the cosine that a share p of the pairs exceed and
/// z_p the normal quantile: people come in kinds (sex, age, origin), and a normal fitted to the mode is ten to sixty times
/// too light where cuts lie. At p = 1 % pairs of one person can be among them, D comes out too small and less is merged:
/// the safe side. It is held to a share of D at 5, 10 and 20 %, where fewer are; on LFW's strangers D falls by a tenth from
/// 10 % to 1 %. Few pairs say little, and D is drawn to that of people whose faces are many, 30, with the weight of 40
/// pairs.
/// </para>
/// </summary>
internal sealed class StrangerSpread
{
    /// <summary>Nearer than this, in cosine distance, no mode is one of strangers.</summary>
    public const double NearestStrangers = 0.5;

    // A common cosine from here on is no strangers' either when the cosines beyond it scatter in so few dimensions: beyond the
    // mode of strangers it is about 100 on both networks that the rule was tried with.
    private const double LargeCommon = 0.3;
    private const double FewDimensions = 40;

    private const double Tail = 0.01;
    private const double WidestTail = 0.2;
    private const double FewPairs = 40;
    private const double FewPairsDimension = 30;

    // D of the means of many faces is this part of D of single ones, on LFW.
    private const double PeoplePart = 0.6;

    // A common part of the cosines below this is none.
    private const double LeastCommon = 0.1;

    // Of a grid of a person's shares.
    private const double LargestShare = 0.97;

    private static readonly (double Share, double Part)[] FirstFloors = [(0.05, 0.65), (0.1, 0.5)];
    private static readonly (double Share, double Part)[] LaterFloors = [(0.05, 0.9), (0.1, 0.85), (0.2, 0.85)];

    private readonly CosineCounts _pairs;
    private readonly double _share;
    private readonly (double Share, double Part)[] _floors;

    /// <summary>Reads the pairs of units.</summary>
    /// <param name="units">The units.</param>
    /// <param name="onePerson">Whether they are of one person; null in the first stage, where this is found out.</param>
    /// <param name="known">What is known of the features, if anything is.</param>
    /// <param name="context">Cancellation, threads.</param>
    public StrangerSpread(CutUnits units, bool? onePerson, FaceCalibration? known, WorkContext context)
    {
        _pairs = CosineCounts.Of(units, context);
        var (mode, deviation) = _pairs.FarthestMode();
        Mode = 1 - mode;
        IsOnePerson = onePerson ?? (Mode < NearestStrangers
            || (mode > LargeCommon && DimensionOf(deviation / (1 - mode)) < FewDimensions));
        Common = IsOnePerson || mode < LeastCommon ? 0 : Math.Min(mode, 0.95);
        ModeDimension = DimensionOf(deviation / (1 - Common));
        _share = Math.Max(Tail, 2.5 / _pairs.Pairs);
        _floors = onePerson is null ? FirstFloors : LaterFloors;
        if (known is null)
        {
            // Of one person alone there is no pair of strangers to read.
            Dimension = IsOnePerson ? FewPairsDimension : Drawn(ReadDimension(_pairs), FewPairsDimension);
            return;
        }

        // Common cosines are the calibration's too, and so is that there are strangers at all.
        IsOnePerson = false;
        var middle = 1 - known.Mismatched.DistanceOf(0.5);
        Common = middle < LeastCommon ? 0 : Math.Min(middle, 0.95);
        KnownShare = Math.Clamp((1 - known.Matched.DistanceOf(0.5) - Common) / (1 - Common), 0, LargestShare);
        var faces = OfTail(1 - known.Mismatched.DistanceOf(Tail), Tail);
        var people = PeoplePart * faces;
        Dimension = onePerson is null ? faces : Drawn(Math.Max(ReadDimension(_pairs), people), people);
    }

    /// <summary>The distance of most strangers.</summary>
    public double Mode { get; }

    /// <summary>Whether no mode is far enough to be one of strangers, and all is taken for one person.</summary>
    public bool IsOnePerson { get; }

    /// <summary>The cosine that all faces share, as features have it that were never centred.</summary>
    public double Common { get; }

    /// <summary>D.</summary>
    public double Dimension { get; }

    /// <summary>The cosine of two faces of one person, what all faces share taken out: the median, where it is known, else 0.</summary>
    public double KnownShare { get; }

    /// <summary>D as the mode and what lies beyond it give it: too large, and never reached by pairs of one person.</summary>
    public double ModeDimension { get; }

    /// <summary>Whether there are pairs enough for a tail.</summary>
    public bool HasTail => _share <= WidestTail;

    /// <summary>D at 1 % when a share of the pairs, the nearest, are of one person.</summary>
    public double DimensionWithout(double together) => At(_pairs, _share, together);

    /// <summary>D of the pairs of different clusters alone; of all pairs where there is one cluster only.</summary>
    public double DimensionApart(CutUnits units, int[] labels, WorkContext context)
    {
        var apart = CosineCounts.Of(units, context, labels);
        return apart.IsEmpty ? Dimension : Drawn(ReadDimension(apart), FewPairsDimension);
    }

    private double ReadDimension(CosineCounts pairs)
    {
        if (!HasTail) return 1 / Math.Max(pairs.MeanSquare(Common), 1e-4);
        var dimension = At(pairs, _share);
        foreach (var (share, part) in _floors)
        {
            if (_share < share) dimension = Math.Max(dimension, part * At(pairs, share));
        }

        return dimension;
    }

    private double Drawn(double dimension, double ofFew) =>
        (FewPairs + _pairs.Pairs) / ((FewPairs / ofFew) + (_pairs.Pairs / dimension));

    private double At(CosineCounts pairs, double share, double together = 0) => OfTail(pairs.Exceeded(share, together), share);

    private double OfTail(double exceeded, double share)
    {
        var cosine = (exceeded - Common) / (1 - Common);
        return Square(Constants.Sqrt2 * SpecialFunctions.ErfcInv(2 * share) / Math.Max(cosine, 1e-3));
    }

    private static double DimensionOf(double deviation) => 1 / Square(Math.Max(deviation, 0.02));

    private static double Square(double value) => value * value;
}
