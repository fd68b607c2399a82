using System.Runtime.CompilerServices;
using MathNet.Numerics;

namespace Thesis.Engine.Faces;

/// <summary>A cut of units: the merges taken, the model's beta and what it gains.</summary>
/// <param name="Merges">The merges.</param>
/// <param name="Beta">The share of a person in a unit's variance; null where each merge has one of its own.</param>
/// <param name="Gain">What the merges are expected to add to the sum of BCubed precision and recall, in faces.</param>
/// <param name="Stake">What they weigh: what they would add if all were right, and take if all were wrong.</param>
internal readonly record struct UnitCut(int Merges, double? Beta, double Gain, double Stake);

/// <summary>
/// The probability that the two parts of each merge are one person's, and the cut that is best by it.
/// <para>
/// A unit is x = p + e in D dimensions, its person p from N(0, beta I / D), e from N(0, (1 - beta) I / D). A cluster of n
/// units with sum s then has the log-likelihood, against n people alone,
/// <code>
/// g(n, s) = -D/2 [ (n - 1) log(1 - beta) + log a - beta |s|^2 / ((1 - beta) a) + n / (1 - beta) - n ],  a = 1 - beta + n beta
/// </code>
/// and partitions have Ewens's prior, K log alpha - log(alpha (alpha + 1) .. (alpha + N - 1)) + sum log Gamma(n), at its
/// best alpha: it knows nothing of the number of people K and charges about log K for each joining of two that could be
/// anybody's. The difference that a merge makes is the logarithm of the odds that it is right, q of them the probability.
/// </para>
/// <para>
/// The cut maximizes the sum of w (2 q - 1) over its merges, w = 2 n_a n_b / (n_a + n_b) faces: a merge of two pure parts
/// adds w to the sum of the faces' BCubed recalls when it is right and takes w from that of their precisions when it is
/// wrong. Beta is the best of a grid. The sum ends once it has fallen by 4 % of the faces: beyond, clusters are no persons,
/// and what the model says of them means nothing.
/// </para>
/// </summary>
internal sealed class PartitionModel
{
    /// <summary>Merges that weigh no more than this share of the faces need no evidence together.</summary>
    public const double LittleAtStake = 0.05;

    private const double LargestDimension = 400;
    private const double DeepestFall = 0.04;
    private const double ShallowestFall = 8;

    // Nats that a merge must gain beyond the prior.
    private const double Allowance = 0.5;

    // Clusters of so few faces are as alike as pairs of one person's faces are; large ones meet the person's odd faces too.
    private const double FewFaces = 6;

    // Below .3 a person is no more than what all faces share.
    private static readonly double[] Betas = [.. Enumerable.Range(6, 14).Select(i => 0.05 * i), 0.97];

    // A merge of its own may lie below that, where the other merges say how many do; from .1 on people are mixed.
    private static readonly double[] OwnShares = [.. Enumerable.Range(3, 17).Select(i => 0.05 * i), 0.97];
    private static readonly double[] Alphas = [.. Enumerable.Range(0, 60).Select(i => 0.05 * Math.Pow(2e11, i / 59.0))];

    private readonly CutUnits _units;
    private readonly double[] _squares;
    private readonly int[] _sizes;
    private readonly int[] _differentSizes;
    private readonly int[] _placeOfSize;
    private readonly double[] _weights;
    private readonly bool[] _areFew;
    private readonly double _shareOfFew;
    private readonly double[] _prior;
    private readonly double[] _scores;
    private readonly double _allFaces;

    /// <summary>The model of some units.</summary>
    /// <param name="units">The units and the tree over them.</param>
    /// <param name="common">The cosine that all units share.</param>
    /// <param name="shareOfFew">
    /// The least beta of merges to six faces and fewer: that of pairs of one person's faces, where it is known.
    /// </param>
    public PartitionModel(CutUnits units, double common, double shareOfFew = 0)
    {
        (_units, _shareOfFew) = (units, shareOfFew);
        (_squares, _sizes) = units.Sums();
        (_differentSizes, _placeOfSize) = DifferentSizes();
        for (var i = 0; i < _squares.Length; i++)
        {
            _squares[i] = Math.Max(0, (_squares[i] - ((double)_sizes[i] * _sizes[i] * common)) / (1 - common));
        }

        var faces = new double[units.Count + units.Merges];
        for (var i = 0; i < units.Count; i++) _allFaces += faces[i] = units.Faces[i];
        (_weights, _areFew) = (new double[units.Merges], new bool[units.Merges]);
        for (var t = 0; t < units.Merges; t++)
        {
            var (a, b) = (faces[units.Left[t]], faces[units.Right[t]]);
            faces[units.Count + t] = a + b;
            (_weights[t], _areFew[t]) = (2 * a * b / (a + b), a + b <= FewFaces);
        }

        _scores = new double[_squares.Length];
        _prior = Prior();
    }

    /// <summary>The best cut.</summary>
    /// <param name="dimension">D.</param>
    /// <param name="charge">Nats that a merge must gain beyond the allowance of .5.</param>
    /// <param name="evidence">Nats that its merges must gain together, where they put more than a twentieth of the faces at stake.</param>
    public UnitCut Best(double dimension, double charge = 0, double evidence = double.NegativeInfinity)
    {
        var best = new UnitCut(0, 0, 0, 0);
        var odds = new double[_units.Merges];
        foreach (var beta in Betas)
        {
            LogOdds(dimension, beta, odds);
            best = Better(best, beta, odds, charge, evidence);
        }

        return best;
    }

    /// <summary>The best cut where each merge has a beta of its own (<see cref="ShareMixture"/>).</summary>
    /// <param name="dimension">D.</param>
    /// <param name="evidence">As of <see cref="Best"/>.</param>
    public UnitCut BestOfOwnShares(double dimension, double evidence) =>
        Better(new UnitCut(0, null, 0, 0), null, LogOdds(dimension, null), charge: 0, evidence);

    /// <summary>The logarithm of the odds that each merge is right.</summary>
    /// <param name="dimension">D.</param>
    /// <param name="beta">The share of a person; null where each merge has one of its own.</param>
    public double[] LogOdds(double dimension, double? beta)
    {
        if (beta is not { } share) return ShareMixture.LogOdds(Array.ConvertAll(OwnShares, own => Likelihood(dimension, own)), _prior);
        var odds = new double[_units.Merges];
        LogOdds(dimension, share, odds);
        return odds;
    }

    /// <summary>For each merge, whether both of its parts have a unit of two faces and more.</summary>
    public bool[] JoinClusters()
    {
        var has = new bool[_units.Count + _units.Merges];
        for (var i = 0; i < _units.Count; i++) has[i] = _units.Faces[i] > 1;
        var join = new bool[_units.Merges];
        for (var t = 0; t < join.Length; t++)
        {
            var (left, right) = (has[_units.Left[t]], has[_units.Right[t]]);
            (join[t], has[_units.Count + t]) = (left && right, left || right);
        }

        return join;
    }

    /// <summary>The share of all pairs of units that are together after some merges.</summary>
    public double TogetherAfter(int merges)
    {
        var pairs = 0.0;
        for (var t = 0; t < merges; t++) pairs += (double)_sizes[_units.Left[t]] * _sizes[_units.Right[t]];
        return 2 * pairs / (_units.Count * (_units.Count - 1.0));
    }

    // The best cut by some odds, when it gains more than another.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private UnitCut Better(UnitCut best, double? beta, double[] odds, double charge, double evidence)
    {
        var fall = Math.Max(ShallowestFall, DeepestFall * _allFaces);
        double gain = 0, most = 0, gained = 0, stake = 0;
        for (var t = 0; t < odds.Length && gain >= most - fall; t++)
        {
            gain += _weights[t] * Math.Tanh((odds[t] - charge) / 2);
            most = Math.Max(most, gain);
            gained += odds[t] - charge;
            stake += _weights[t];
            var isCredible = gained >= evidence || stake <= LittleAtStake * _allFaces;
            if (gain > best.Gain && isCredible && IsCut(t + 1)) best = new UnitCut(t + 1, beta, gain, stake);
        }

        return best;
    }

    // Merges of equal height are one cut.
    private bool IsCut(int merges) => merges == _units.Merges || _units.Height[merges] > _units.Height[merges - 1];

    // The sizes that occur, and which of them each node has: what depends on the size alone is computed once for each.
    private (int[] Different, int[] Place) DifferentSizes()
    {
        var different = new List<int>();
        var (found, place) = (new int[_units.Count + 1], new int[_sizes.Length]);
        for (var node = 0; node < place.Length; node++)
        {
            ref var at = ref found[_sizes[node]];
            if (at == 0)
            {
                different.Add(_sizes[node]);
                at = different.Count;
            }

            place[node] = at - 1;
        }

        return ([.. different], place);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LogOdds(double dimension, double beta, double[] odds)
    {
        Likelihood(dimension, beta, odds);
        if (beta < _shareOfFew)
        {
            var ofFew = Likelihood(dimension, _shareOfFew);
            for (var t = 0; t < odds.Length; t++) odds[t] = _areFew[t] ? ofFew[t] : odds[t];
        }

        for (var t = 0; t < odds.Length; t++) odds[t] += _prior[t];
    }

    // What each merge adds to the log-likelihood.
    private double[] Likelihood(double dimension, double beta)
    {
        var added = new double[_units.Merges];
        Likelihood(dimension, beta, added);
        return added;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Likelihood(double dimension, double beta, double[] added)
    {
        var factor = -0.5 * Math.Min(dimension, LargestDimension);
        var (ofSize, divisor) = (new double[_differentSizes.Length], new double[_differentSizes.Length]);
        for (var k = 0; k < ofSize.Length; k++)
        {
            var n = _differentSizes[k];
            var a = 1 - beta + (n * beta);
            ofSize[k] = ((n - 1) * Math.Log(1 - beta)) + Math.Log(a) + (n / (1 - beta)) - n;
            divisor[k] = (1 - beta) * a;
        }

        for (var i = 0; i < _units.Count; i++) _scores[i] = Score(i);
        for (var t = 0; t < added.Length; t++)
        {
            var whole = _units.Count + t;
            _scores[whole] = Score(whole);
            added[t] = _scores[whole] - _scores[_units.Left[t]] - _scores[_units.Right[t]];
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        double Score(int node) =>
            factor * (ofSize[_placeOfSize[node]] - (beta * _squares[node] / divisor[_placeOfSize[node]]));
    }

    // What each merge adds to the prior, less what it must gain.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double[] Prior()
    {
        var logGamma = new double[_units.Count + 1];
        for (var n = 2; n < logGamma.Length; n++) logGamma[n] = logGamma[n - 1] + Math.Log(n - 1);
        var logs = Array.ConvertAll(Alphas, Math.Log);
        var constants = Array.ConvertAll(
            Alphas, alpha => SpecialFunctions.GammaLn(alpha) - SpecialFunctions.GammaLn(alpha + _units.Count));
        var added = new double[_units.Merges];
        var best = 0;
        for (var a = 1; a < logs.Length; a++) best = OfAlpha(a, 0) > OfAlpha(best, 0) ? a : best;
        double bySize = 0, before = 0;
        for (var t = 0; t <= added.Length; t++)
        {
            if (t > 0)
            {
                bySize += logGamma[_sizes[_units.Count + t - 1]] - logGamma[_sizes[_units.Left[t - 1]]]
                    - logGamma[_sizes[_units.Right[t - 1]]];
            }

            // Over alpha the prior rises and then falls, and the fewer clusters are left, the smaller is the best alpha.
            while (best > 0 && OfAlpha(best - 1, t) >= OfAlpha(best, t)) best--;
            var most = OfAlpha(best, t);
            if (t > 0) added[t - 1] = most + bySize - before - Allowance;
            before = most + bySize;
        }

        return added;

        double OfAlpha(int a, int merges) => ((_units.Count - merges) * logs[a]) + constants[a];
    }
}
