using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Speed;

internal static class Proto
{
    static readonly WorkContext W = WorkContext.Default;
    static double Env(string n, double d) => Environment.GetEnvironmentVariable(n) is { } t ? double.Parse(t, CultureInfo.InvariantCulture) : d;

    public static int Run(string[] args)
    {
        var scan = VariationScale.Read(args[0], args.Length > 1 ? args[1] : "syndeeplesion");
        var g = scan.Tomograph.Geometry;
        var n = g.ImageSize;
        var A = new ForwardProjection<float>(g);
        if (args.Length > 2 && args[2] == "adj")
        {
            var sub = new ViewSubsets(g, (int)Env("SUBSETS", 40));
            var op = sub.Operators[0];
            var r0 = new float[op.OutputLength]; var rr = new SeededRandom(3L); for (var i = 0; i < r0.Length; i++) r0[i] = (float)rr.NextGaussian();
            var im = new float[n * n];
            double best = 1e9, bestF = 1e9;
            for (var rep = 0; rep < (int)Env("REPS", 300); rep++) { var c0 = Stopwatch.StartNew(); op.ApplyAdjoint(r0, im, W); best = Math.Min(best, c0.Elapsed.TotalMilliseconds); if (Env("FWD", 1) > 0) { c0.Restart(); op.Apply(im, r0, W); bestF = Math.Min(bestF, c0.Elapsed.TotalMilliseconds); for (var i = 0; i < r0.Length; i++) r0[i] = ((i * 7919) % 1013) - 500; } }
            Console.WriteLine($"{sub.Operators.Count} subsets of {sub.Views}: adjoint {best:F3} ms, forward {bestF:F3} ms; all {best * sub.Operators.Count:F1} {bestF * sub.Operators.Count:F1}");
            return 0;
        }
        if (args.Length > 2 && args[2] == "filter")
        {
            var im = new float[n * n]; var rr = new SeededRandom(3L); for (var i = 0; i < im.Length; i++) im[i] = (float)rr.NextGaussian();
            var F = new HartleyFilter(n, n, (_, _) => 1); double best = 1e9;
            for (var rep = 0; rep < 1500; rep++) { var c0 = Stopwatch.StartNew(); F.Apply(im, im, W); best = Math.Min(best, c0.Elapsed.TotalMilliseconds); }
            Console.WriteLine($"filter {best:F3} ms"); return 0;
        }
        if (args.Length > 2 && args[2] == "parts")
        {
            for (var rep = 0; rep < 6; rep++)
            {
                var c0 = Stopwatch.StartNew(); double Lap() { var t = c0.Elapsed.TotalMilliseconds; c0.Restart(); return t; }
                var st = new NormalizedReduction().Reduce(scan, W).Image; var tN = Lap();
                var sub = new ViewSubsets(g, 32); var tS = Lap();
                var solver = new PrimalDualSolver(sub.Operators, sub.Views, n, n, new TotalVariationOptions().LambdaFor(g), new TotalVariationOptions { Iterations = 1, Tolerance = 0 }); 
                var m = sub.Split(scan.Sinogram.Values); var u = sub.Split(Array.ConvertAll(scan.Trace.Values, x => !x)); var tP = Lap();
                solver.Solve(m, u, st.Values, W); var t1 = Lap();
                solver.Solve(m, u, st.Values, W); var t2 = Lap();
                var solver3 = new PrimalDualSolver(sub.Operators, sub.Views, n, n, new TotalVariationOptions().LambdaFor(g), new TotalVariationOptions { Iterations = 6, Tolerance = 0 }); solver3.Solve(m, u, st.Values, W); Lap(); solver3.Solve(m, u, st.Values, W); var t6 = Lap();
                var gr = new ForwardDifferences(n, n); gr.Variation(st.Values); var tV = Lap();
                _ = new HartleyFilter(n, n, (d, a) => { var gg = 4 - (2 * Math.Cos(2 * Math.PI * d)) - (2 * Math.Cos(2 * Math.PI * a)); return 1 / (1 + Math.Sqrt(d * d + a * a) + gg); }); var tF = Lap();
                Console.WriteLine($"nmar {tN:F0} subsets {tS:F0} split {tP:F0} solve1 first {t1:F0} again {t2:F0}, an iteration {(t6 - t2) / 5:F1}, variation {tV:F1} filter {tF:F1}");
            }
            return 0;
        }
        var lambda = new TotalVariationOptions().LambdaFor(g);
        var grad = new ForwardDifferences(n, n);
        var w = Array.ConvertAll(scan.Trace.Values, m => m ? 0f : 1f);
        var b = scan.Sinogram.Values;
        var rest = Env("REST", 0);
        int outer = (int)Env("OUTER", 15), inner = (int)Env("INNER", 15);
        double scale = Env("SCALE", 1), rho = Env("RHO", 0.3); var fista = Env("FISTA", 1) > 0;

        var clock = Stopwatch.StartNew();
        var start = new NormalizedReduction().Reduce(scan, W).Image.Values;
        Console.WriteLine($"nmar {clock.Elapsed.TotalSeconds:F3}");
        if (args.Length > 2)
        {
            // time parts
            var pp = new float[g.SinogramLength]; var qq = new float[n * n];
            for (var rep = 0; rep < 30; rep++)
            {
                clock.Restart(); A.Apply(start, pp, W); var t1 = clock.Elapsed.TotalMilliseconds; clock.Restart(); A.ApplyAdjoint(pp, qq, W); var t2 = clock.Elapsed.TotalMilliseconds;
                var F = new HartleyFilter(n, n, (_, _) => 1); clock.Restart(); for (var i = 0; i < 10; i++) F.Apply(qq, qq, W); var t3 = clock.Elapsed.TotalMilliseconds / 10;
                var dual0 = new GradientField(n * n); clock.Restart(); for (var i = 0; i < 10; i++) grad.Ascend(start, dual0, qq, 1, 1, W); var t4 = clock.Elapsed.TotalMilliseconds / 10;
                clock.Restart(); var tvv = grad.Variation(start); var t5 = clock.Elapsed.TotalMilliseconds;
                Console.WriteLine($"fwd {t1:F1} adj {t2:F1} filter {t3:F2} ascend {t4:F2} tv {t5:F1} ms");
            }
            return 0;
        }
        // response by bands
        clock.Restart();
        var rnd = new SeededRandom(1L);
        var noise = new float[n * n];
        for (var i = 0; i < n; i++) for (var j = 0; j < n; j++) { var (dy, dx) = (i - (n - 1) / 2.0, j - (n - 1) / 2.0); var v = (float)rnd.NextGaussian(); if (dx * dx + dy * dy < n * n / 4.0) noise[i * n + j] = v; }
        var ray = new float[g.SinogramLength]; var img = new float[n * n];
        A.Apply(noise, ray, W); A.ApplyAdjoint(ray, img, W);
        var edges = new List<double>(); for (var f = 0.5 / n; f < 0.75; f *= 1.35) edges.Add(f);
        var logk = new List<double>(); var logh = new List<double>();
        for (var band = 0; band + 1 < edges.Count; band++)
        {
            var (lo, hi) = (edges[band], edges[band + 1]);
            var F = new HartleyFilter(n, n, (d, a) => { var k = Math.Sqrt(d * d + a * a); return k >= lo && k < hi ? 1 : 0; });
            var fn = new float[n * n]; F.Apply(noise, fn, W);
            var num = TensorPrimitives.Dot<float>(fn, img); var den = TensorPrimitives.Dot<float>(fn, noise);
            if (den > 0) { logk.Add(Math.Log(Math.Sqrt(lo * hi))); logh.Add(Math.Log(Math.Max(num / den, 1e-9))); }
        }
        double H(double d, double a)
        {
            var k = Math.Sqrt(d * d + a * a); if (k == 0) k = 0.4 / n;
            var l = Math.Log(k);
            var i = 0; while (i + 2 < logk.Count && logk[i + 1] < l) i++;
            var t = (l - logk[i]) / (logk[i + 1] - logk[i]); t = Math.Clamp(t, -1, 1);
            return Env("FLOOR", 0) + (1 + Env("DC", 0) * Math.Exp(-Math.Pow(k * n / Env("DCK", 1.5), 2))) * Math.Exp(logh[i] + t * (logh[i + 1] - logh[i]));
        }
        Console.WriteLine("response " + string.Join(" ", logk.Zip(logh, (k, h) => $"{Math.Exp(k) * n:F1}:{Math.Exp(h):G3}")));
        // power
        var Hi = new HartleyFilter(n, n, (d, a) => 1 / Math.Sqrt(H(d, a)));
        double mu = 0; var v0 = (float[])noise.Clone();
        for (var i = 0; i < (int)Env("POWER", 10); i++)
        {
            TensorPrimitives.Divide(v0, (float)Math.Sqrt(TensorPrimitives.SumOfSquares<float>(v0)), v0);
            Hi.Apply(v0, v0, W); A.Apply(v0, ray, W); A.ApplyAdjoint(ray, v0, W); Hi.Apply(v0, v0, W);
            mu = Math.Sqrt(TensorPrimitives.SumOfSquares<float>(v0));
        }
        Console.WriteLine($"mu {mu:F3}  prep {clock.Elapsed.TotalSeconds:F2}");
        if (Env("DUMP", 0) > 0) { var bytes = new byte[v0.Length * 4]; Buffer.BlockCopy(v0, 0, bytes, 0, bytes.Length); File.WriteAllBytes("/tmp/tv/eig.bin", bytes); }
        var s = scale * mu;
        // rho relative to 2 s H(nyquist)
        var rhoAbs = rho * 2 * s * H(0.5, 0);
        HartleyFilter T(double s) => new(n, n, (d, a) => 1 / ((2 * s * H(d, a)) + (rhoAbs * (4 - 2 * Math.Cos(2 * Math.PI * d) - 2 * Math.Cos(2 * Math.PI * a)))));
        var filter = T(s);
        clock.Restart();
        var x = (float[])start.Clone(); var xOld = (float[])x.Clone();
        var ax = new float[ray.Length]; var axOld = new float[ray.Length];
        A.Apply(x, ax, W); ax.CopyTo(axOld, 0);
        var dual = new GradientField(n * n); var pull = new float[n * n]; var Q = new float[n * n];
        var y = new float[n * n]; var res = new float[ray.Length]; var half = new float[n * n];
        double Obj() { double m = 0; for (var i = 0; i < ax.Length; i++) { var r = w[i] * (ax[i] - b[i]); m += (double)r * r; } return m + lambda * grad.Variation(x); }
        void Say(int k) { var o = Obj(); Console.WriteLine($"{k,3} {o:F6} {(rest > 0 ? 100 * (o / rest - 1) : 0):F4} %  {clock.Elapsed.TotalSeconds:F2} s"); }
        Say(0);
        double t0 = 1; var prev = double.MaxValue;
        var Hd = new float[n * n]; var G = new float[n * n]; var e = new float[n * n];
        var theta = Env("THETA", 1);
        for (var k = 1; k <= outer; k++)
        {
            double t1 = (1 + Math.Sqrt(1 + 4 * t0 * t0)) / 2; var beta = fista ? (float)((t0 - 1) / t1) : (float)Env("BETA", 0); t0 = t1;
            if (k == 1) beta = 0;
            for (var i = 0; i < y.Length; i++) y[i] = x[i] + beta * (x[i] - xOld[i]);
            for (var i = 0; i < res.Length; i++) { var ay = ax[i] + beta * (ax[i] - axOld[i]); res[i] = 2 * w[i] * (ay - b[i]); }
            A.ApplyAdjoint(res, half, W);
            x.CopyTo(xOld, 0); ax.CopyTo(axOld, 0); y.CopyTo(x, 0);
            Array.Clear(Hd);
            if (k == 1) { Array.Clear(pull); }
            for (var j = 0; j < inner; j++)
            {
                for (var i = 0; i < G.Length; i++) G[i] = Hd[i] + half[i] + Q[i] + pull[i];
                filter.Apply(G, e, W);
                for (var i = 0; i < n; i++)
                {
                    int up = ((i + n - 1) % n) * n, dn = ((i + 1) % n) * n, at = i * n;
                    for (var c = 0; c < n; c++)
                    {
                        var l = 4 * e[at + c] - e[up + c] - e[dn + c] - e[at + (c + 1) % n] - e[at + (c + n - 1) % n];
                        Hd[at + c] += (float)(rhoAbs * l) - G[at + c];
                        x[at + c] -= e[at + c];
                    }
                }
                grad.Ascend(x, dual, pull, (float)rhoAbs, (float)lambda, W);
                for (var i = 0; i < Q.Length; i++) Q[i] += pull[i];
            }
            A.Apply(x, ax, W);
            // majorisation check
            Say(k);
            var now = Obj(); if (fista && now > prev) { t0 = 1; } prev = now;
        }
        return 0;
    }
}
