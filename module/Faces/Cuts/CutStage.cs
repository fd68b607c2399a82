using MathNet.Numerics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

internal static class Tune
{
    public static double Get(string name, double value) =>
        Environment.GetEnvironmentVariable("T_" + name) is { } t ? double.Parse(t, System.Globalization.CultureInfo.InvariantCulture) : value;
}

/// <summary>One stage of <see cref="LikelihoodCut"/>.</summary>
internal sealed class CutStage
{
    private static readonly double[] Betas = [.. Enumerable.Range(5, 15).Select(i => 0.05 * i), 0.97];
    private static readonly double[] Alphas = [.. Enumerable.Range(0, 60).Select(i => 0.05 * Math.Pow(2e11, i / 59.0))];

    private static readonly double Tail = Tune.Get("tail", 0.01);
    private static readonly double Lambda = Tune.Get("lambda", 0.5);
    private static readonly double LambdaD = Tune.Get("lambdad", 0.02);
    private const double Strangers = 0.5;

    private readonly CutUnits _units;
    private readonly CosineCounts _pairs;
    private readonly double[] _squares;
    private readonly int[] _sizes;
    private readonly double[] _prior;
    private readonly double _location;
    private readonly (double At5, double At10) _floor;

    public CutStage(CutUnits units, bool? onePerson, WorkContext context)
    {
        _units = units;
        _pairs = CosineCounts.Of(units.Rows, context);
        var (mode, deviation) = _pairs.FarthestMode();
        Mode = 1 - mode;
        OnePerson = onePerson ?? Mode < Strangers;
        _floor = onePerson is null ? (0.65, 0.5) : (0.9, 0.85);
        _location = OnePerson || mode < 0.1 ? 0 : Math.Min(mode, 0.95);
        ModeD = 1 / Square(Math.Max(deviation / (1 - _location), 0.02));
        (_squares, _sizes) = units.Sums();
        for (var i = 0; i < _squares.Length; i++)
        {
            _squares[i] = Math.Max(0, (_squares[i] - (Square(_sizes[i]) * _location)) / (1 - _location));
        }

        _prior = Prior();
    }

    public double Mode { get; }
    public double ModeD { get; }
    public bool OnePerson { get; }

    public (int Merges, double D, double Beta, double Gain) Cut()
    {
        var p = Math.Max(Tail, 2.5 / _pairs.Pairs);
        double d;
        if (p > 0.2)
        {
            d = 1 / Math.Max(_pairs.MeanSquare(_location), 1e-4);
        }
        else
        {
            d = DAt(p);
            if (p < 0.05) d = Math.Max(d, _floor.At5 * DAt(0.05));
            if (p < 0.1) d = Math.Max(d, _floor.At10 * DAt(0.1));
        }

        var best = Best(d);
        if (best.Merges > 0 || p > 0.2) return (best.Merges, d, best.Beta, best.Gain);
        var least = d;
        d = ModeD;
        var phi = -1.0;
        for (var i = 0; i < 6; i++)
        {
            var merges = Best(d, LambdaD).Merges;
            var now = TogetherAfter(merges);
            if (Math.Abs(now - phi) < 1e-4) break;
            phi = now;
            d = Math.Max(DAt(p, now), least);
        }

        best = Best(d, LambdaD);
        return (best.Merges, d, best.Beta, best.Gain);
    }

    private double DAt(double p, double phi = 0)
    {
        var cosine = (_pairs.Exceeded(p, phi) - _location) / (1 - _location);
        return Square(-NormalQuantile(p) / Math.Max(cosine, 1e-3));
    }

    private static double NormalQuantile(double p) => -Constants.Sqrt2 * SpecialFunctions.ErfcInv(2 * p);

    private double TogetherAfter(int merges)
    {
        var sum = 0.0;
        for (var t = 0; t < merges; t++)
        {
            sum += Square(_sizes[_units.Count + t]) - Square(_sizes[_units.Left[t]]) - Square(_sizes[_units.Right[t]]);
        }

        return sum / (_units.Count * (_units.Count - 1.0));
    }

    public (int Merges, double Beta, double Gain) Best(double d, double allowance = 0)
    {
        d = Math.Min(d, 400);
        (int Merges, double Beta, double Gain) best = (0, 0, _prior[0]);
        var score = new double[_squares.Length];
        var away = new double[_units.Count + 1];
        var charge = Lambda + (allowance * d);
        foreach (var beta in Betas)
        {
            var alone = Math.Log(1 - beta);
            for (var n = 1; n < away.Length; n++)
            {
                away[n] = ((n - 1) * alone) + Math.Log(1 - beta + (n * beta)) + (n / (1 - beta)) - n;
            }

            for (var i = 0; i < score.Length; i++)
            {
                var n = _sizes[i];
                score[i] = -0.5 * d * (away[n] - (beta * _squares[i] / ((1 - beta) * (1 - beta + (n * beta)))));
            }

            var gain = 0.0;
            for (var t = 0; t < _units.Merges; t++)
            {
                gain += score[_units.Count + t] - score[_units.Left[t]] - score[_units.Right[t]];
                var total = gain + _prior[t + 1] - (charge * (t + 1));
                if (total > best.Gain && IsCut(t + 1)) best = (t + 1, beta, total);
            }
        }

        return best;
    }

    private bool IsCut(int merges) => merges == _units.Merges || _units.Height[merges] > _units.Height[merges - 1];

    private double[] Prior()
    {
        var logGamma = new double[_units.Count + 1];
        for (var n = 2; n < logGamma.Length; n++) logGamma[n] = logGamma[n - 1] + Math.Log(n - 1);
        var constant = Alphas.Select(a => SpecialFunctions.GammaLn(a) - SpecialFunctions.GammaLn(a + _units.Count)).ToArray();
        var logs = Alphas.Select(a => Math.Log(a)).ToArray();
        var prior = new double[_units.Merges + 1];
        var sizes = 0.0;
        for (var t = 0; t <= _units.Merges; t++)
        {
            if (t > 0)
            {
                sizes += logGamma[_sizes[_units.Count + t - 1]] - logGamma[_sizes[_units.Left[t - 1]]]
                    - logGamma[_sizes[_units.Right[t - 1]]];
            }

            var most = double.NegativeInfinity;
            for (var a = 0; a < logs.Length; a++) most = Math.Max(most, ((_units.Count - t) * logs[a]) + constant[a]);
            prior[t] = most + sizes;
        }

        return prior;
    }

    private static double Square(double value) => value * value;
}
