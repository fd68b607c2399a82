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
        _first = onePerson is null;
        _pairs = CosineCounts.Of(units.Rows, units.Faces, context);
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
        _weights = new double[units.Merges];
        var faces = new double[units.Count + units.Merges];
        for (var i = 0; i < units.Count; i++) faces[i] = units.Faces[i];
        for (var t = 0; t < units.Merges; t++)
        {
            var (a, b) = (faces[units.Left[t]], faces[units.Right[t]]);
            faces[units.Count + t] = a + b;
            _weights[t] = 2 * a * b / (a + b);
        }
    }

    private static readonly double Rw = Tune.Get("rw", 1);
    private readonly double[] _weights;
    private bool Weighted { get; set; }
    private readonly bool _first;

    public double Mode { get; }
    public double ModeD { get; }
    public bool OnePerson { get; }

    private static readonly double Mode_ = Tune.Get("mode", 3);

    public (int Merges, double D, double Beta, double Gain) Cut()
    {
        if (Mode_ == 0 || (Mode_ == 1 && _first)) return CutBy();
        if (Mode_ == 1 || Mode_ == 3)
        {
            Weighted = true;
            return CutBy();
        }

        var a = CutBy();
        Weighted = true;
        var b = CutBy();
        return b.Merges > a.Merges ? b : a;
    }

    private (int Merges, double D, double Beta, double Gain) CutBy()
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

    public string Ds => string.Join(" ", new[] { .003, .01, .02, .05, .1, .2, .3 }.Select(p => p < 1.0 / _pairs.Pairs ? "-" : DAt(p).ToString("F0", System.Globalization.CultureInfo.InvariantCulture)));

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
        (int Merges, double Beta, double Gain) best = (0, 0, Weighted ? 0 : _prior[0]);
        var score = new double[_squares.Length];
        var away = new double[_units.Count + 1];
        var charge = Weighted ? Tune.Get("wl", .5) + ((allowance + Tune.Get("wld", 0)) * d) : Lambda + (allowance * d);
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
            if (Weighted)
            {
                var faces = new double[_units.Count + _units.Merges];
                var alike = new double[faces.Length];
                for (var i = 0; i < _units.Count; i++) (faces[i], alike[i]) = (_units.Faces[i], Square(_units.Faces[i]));
                for (var t = 0; t < _units.Merges; t++)
                {
                    var (l, r, w) = (_units.Left[t], _units.Right[t], _units.Count + t);
                    var delta = score[w] - score[l] - score[r] + _prior[t + 1] - _prior[t] - charge;
                    var (na, nb) = (faces[l], faces[r]);
                    var q = 1 / (1 + Math.Exp(-delta)) * Math.Sqrt(alike[l] * alike[r]) / (na * nb);
                    faces[w] = na + nb;
                    alike[w] = alike[l] + alike[r] + (2 * na * nb * q);
                    gain += (_weights[t] * q * Rw) + (alike[w] / faces[w]) - (alike[l] / na) - (alike[r] / nb);
                    if (gain > best.Gain && IsCut(t + 1)) best = (t + 1, beta, gain);
                }

                continue;
            }

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
