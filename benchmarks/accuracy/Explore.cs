#pragma warning disable CA1305
using System.Globalization;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Accuracy;

internal sealed record Case(string Name, SimulatedScan Scan);

internal static class Explore
{
    public static ScanGeometry Clinical(int size, double fieldOfView, int views, int bins)
    {
        const double source = 57;
        var half = Math.Asin(fieldOfView / Math.Sqrt(2) * 1.005 / source);
        return new ScanGeometry(DetectorKind.Arc, views, bins, 2 * half / (bins - 1), size, fieldOfView / size, source);
    }

    public static IEnumerable<Case> Phantoms(int seeds, int size)
    {
        var tomograph = new Tomograph(Clinical(size, 41, 400, 401));
        foreach (var place in Enum.GetValues<MetalPlace>())
        {
            for (var seed = 1; seed <= seeds; seed++)
            {
                var scene = MetalScene.Draw(place, seed, tomograph.Geometry, WorkContext.Default);
                var scan = new ArtifactSimulator(tomograph, new ArtifactSimulationOptions { Metal = scene.Material, Tissue = TissueUnderMetal.Zeroed })
                    .Simulate(scene.Clean, scene.Metal, seed, WorkContext.Default);
                yield return new Case($"{place}-{seed}", scan);
            }
        }
    }

    public static IEnumerable<Case> Real(string data, int each, int metals)
    {
        var number = 0;
        foreach (var whole in RealSlices.Read(data, each))
        {
            var slice = whole.Halved();
            var tomograph = new Tomograph(Clinical(slice.Size, slice.Size * slice.PixelSize, 400, 401));
            var clean = new SliceImage([.. slice.Values.Select(v => (float)HounsfieldScale.ToAttenuation(Math.Clamp(v, -1000, 2000)))], slice.Size, slice.Size);
            for (var m = 0; m < metals; m++)
            {
                number++;
                var shape = MetalShapes.Draw(new MetalShapeOptions { ImageSize = slice.Size, LeastPixels = 8, MostPixels = 700 }, 7, number);
                var options = new ArtifactSimulationOptions { Metal = number % 2 == 0 ? Material.Metal("Fe") : Material.Titanium, Tissue = TissueUnderMetal.Zeroed };
                yield return new Case($"{slice.Name}-{shape.Kind}", new ArtifactSimulator(tomograph, options).Simulate(clean, shape.Mask, number, WorkContext.Default));
            }
        }
    }

    public static int Run(string[] args)
    {
        var work = WorkContext.Default;
        var cases = args[0] == "real" ? Real("/work/shared/data", int.Parse(args[1]), int.Parse(args[2])) : Phantoms(int.Parse(args[1]), 256);
        var totals = new Dictionary<string, List<double>>();
        foreach (var (name, simulated) in cases)
        {
            var scan = simulated.Corrupted;
            var t = scan.Tomograph;
            var truth = t.Reconstruct(simulated.TrueSinogram, work);
            var line = LinearInterpolation.Interpolate(scan.Sinogram, scan.Trace);
            var li = t.Reconstruct(line, work);
            var reference = Rmse(li, truth, scan.Metal);
            Console.Write(string.Create(CultureInfo.InvariantCulture, $"{name,-40} {scan.Metal.PixelCount,5} none {Rmse(scan.Image, truth, scan.Metal),8:F1} LI {reference,7:F1}"));
            var prior = TissuePrior.Of(li, scan.Metal, work);
            var y = scan.Sinogram;
            Sinogram Br(SliceImage q, double e) => new TraceBridge(e, true).Over(y, scan.Trace, t.Project(q, work));
            var sm = Priors.Smooth(scan.Image, li, prior, scan.Metal);
            var m = scan.Metal;
            Try("A3", Br(Priors.Rough(scan.Image, li, sm, m, 3, 1e9), .5));
            foreach (var (c, u) in new[] { (1.2, false), (1.5, false), (1.8, false), (2.2, false), (2, true), (2.5, true), (3, true) })
            {
                TissuePrior.HalfRoughness = c;
                TissuePrior.Unsmoothed = u;
                var final = TissuePrior.Of(scan, li, work);
                Try($"F{c}{u}", Br(final, .5));
            }
            Console.WriteLine();

            void Try(string kind, Sinogram s)
            {
                var share = Rmse(t.Reconstruct(s, work), truth, scan.Metal) / reference;
                Console.Write(string.Create(CultureInfo.InvariantCulture, $" {kind} {share,5:F2}"));
                if (!totals.TryGetValue(kind, out var list)) totals.Add(kind, list = []);
                list.Add(share);
            }
        }

        foreach (var (kind, list) in totals)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind,-6} mean {list.Average():F3} worst {list.Max():F3} above 1.05: {list.Count(v => v > 1.05)} of {list.Count}"));
        }

        return 0;
    }

    public static double Rmse(SliceImage image, SliceImage truth, MetalMask metal)
    {
        double sum = 0;
        var count = 0;
        var half = 0.5 * (image.Rows - 1);
        for (var i = 0; i < image.Values.Length; i++)
        {
            var (y, x) = ((i / image.Columns) - half, (i % image.Columns) - half);
            if (metal.Values[i] || (x * x) + (y * y) > half * half) continue;
            sum += Math.Pow((image.Values[i] - truth.Values[i]) / HounsfieldScale.WaterAttenuation * 1000, 2);
            count++;
        }

        return Math.Sqrt(sum / count);
    }
}

internal static class Priors
{
    // Where LI changed little, the image itself; else the classes.
    public static SliceImage Mixed(SliceImage image, SliceImage li, SliceImage prior, MetalMask metal, double scale)
    {
        var n = image.Rows;
        var size = n / 512.0;
        var change = new float[image.Values.Length];
        var free = new float[change.Length];
        for (var i = 0; i < change.Length; i++)
        {
            free[i] = metal.Values[i] ? 0 : 1;
            change[i] = free[i] * Math.Abs(li.Values[i] - image.Values[i]) / 0.192f * 1000;
        }

        var g = Blur(change, n, 6 * size);
        var s = Blur(free, n, 6 * size);
        var result = new float[change.Length];
        var smoothed = Blur(image.Values, n, 0.7);
        for (var i = 0; i < result.Length; i++)
        {
            var mean = s[i] < 0.02 ? 1e9 : g[i] / s[i];
            var w = (float)(1 / (1 + Math.Pow(mean / scale, 4)));
            result[i] = metal.Values[i] ? prior.Values[i] : prior.Values[i] + (w * (Math.Max(0, smoothed[i]) - prior.Values[i]));
        }

        return new SliceImage(result, n, n);
    }

    public static SliceImage Rough(SliceImage image, SliceImage li, SliceImage prior, MetalMask metal, double ratio, double scale)
    {
        var n = image.Rows;
        var sigma = 6 * n / 512.0;
        var free = Array.ConvertAll(metal.Values, isMetal => isMetal ? 0f : 1f);
        var change = new float[free.Length];
        for (var i = 0; i < change.Length; i++) change[i] = free[i] * Math.Abs(li.Values[i] - image.Values[i]) / 0.192f * 1000;
        var g = Blur(change, n, sigma);
        var s = Blur(free, n, sigma);
        var (ro, rl) = (Gradient(image), Gradient(li));
        var smoothed = Blur(image.Values, n, 0.7);
        var result = new float[free.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var w = s[i] < 0.02 ? 0 : (float)(1 / (1 + Math.Pow((ro[i] + 1e-6) / (ratio * (rl[i] + 1e-6)), 4) + Math.Pow(g[i] / s[i] / scale, 4)));
            result[i] = metal.Values[i] ? prior.Values[i] : prior.Values[i] + (w * (Math.Max(0, smoothed[i]) - prior.Values[i]));
        }

        return new SliceImage(result, n, n);

        float[] Gradient(SliceImage v)
        {
            var r = new float[free.Length];
            for (var y = 0; y < n - 1; y++)
            {
                for (var x = 0; x < n - 1; x++)
                {
                    var i = (y * n) + x;
                    if (free[i] * free[i + 1] * free[i + n] == 0) continue;
                    r[i] = (Math.Abs(v.Values[i + 1] - v.Values[i]) + Math.Abs(v.Values[i + n] - v.Values[i])) / 0.192f * 1000;
                }
            }

            return Blur(r, n, sigma);
        }
    }

    // The classes, but soft tissue as LI has it, smoothed and clamped.
    public static SliceImage Smooth(SliceImage image, SliceImage li, SliceImage prior, MetalMask metal)
    {
        var n = image.Rows;
        var filled = metal.Fill(li, 0.192f);
        var blurred = Blur(filled.Values, n, 3 * n / 256.0);
        var result = (float[])prior.Values.Clone();
        for (var i = 0; i < result.Length; i++)
        {
            if (prior.Values[i] == 0.192f) result[i] = Math.Clamp(blurred[i], 0.88f * 0.192f, 1.08f * 0.192f);
        }

        return new SliceImage(result, n, n);
    }

    public static float[] Blur(float[] values, int n, double sigma)
    {
        var radius = Math.Max(1, (int)Math.Ceiling(3 * sigma));
        var k = new double[(2 * radius) + 1];
        for (var i = 0; i < k.Length; i++) k[i] = Math.Exp(-0.5 * Math.Pow((i - radius) / sigma, 2));
        var sum = k.Sum();
        var temp = new double[values.Length];
        var result = new float[values.Length];
        Parallel.For(0, n, r =>
        {
            for (var c = 0; c < n; c++)
            {
                double v = 0;
                for (var i = 0; i < k.Length; i++) v += k[i] * values[(r * n) + Math.Clamp(c + i - radius, 0, n - 1)];
                temp[(r * n) + c] = v / sum;
            }
        });
        Parallel.For(0, n, r =>
        {
            for (var c = 0; c < n; c++)
            {
                double v = 0;
                for (var i = 0; i < k.Length; i++) v += k[i] * temp[(Math.Clamp(r + i - radius, 0, n - 1) * n) + c];
                result[(r * n) + c] = (float)(v / sum);
            }
        });
        return result;
    }
}
