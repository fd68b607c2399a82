using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A generated slice and metal in it: what a reduction is tested on. A trunk with fat, muscle, organs, a spine and ribs,
/// lungs at times, on a table of foam; or a head with its skull, sinuses and teeth. Place and seed give the same scene.
/// </summary>
/// <param name="Place">Where the metal lies.</param>
/// <param name="Clean">The slice without metal, 1/cm.</param>
/// <param name="Metal">The metal.</param>
/// <param name="Material">What it is made of: iron and titanium by turns, the two rods always iron.</param>
public sealed record MetalScene(MetalPlace Place, SliceImage Clean, MetalMask Metal, Material Material)
{
    private const double Fat = -100;
    private const double Muscle = 40;
    private const double Air = -1000;

    /// <summary>Draws a scene.</summary>
    /// <param name="place">Where the metal lies.</param>
    /// <param name="seed">Of body and metal.</param>
    /// <param name="geometry">The grid; lengths are shares of half its field of view.</param>
    /// <param name="work">Cancellation, threads.</param>
    public static MetalScene Draw(MetalPlace place, int seed, ScanGeometry geometry, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        var random = new SeededRandom(seed).Fork((long)place);
        var (parts, metal) = place == MetalPlace.Head ? Head(random) : Trunk(place, random);
        var unit = 0.5 * geometry.ImageSize * geometry.PixelSize;
        var phantom = new EllipsePhantom([.. parts.Select(part => part.Scaled(unit))]);
        var material = place == MetalPlace.TwoRods || seed % 2 == 0 ? Material.Metal("Fe") : Material.Titanium;
        return new MetalScene(place, phantom.Rasterise(geometry, work), Mask(metal, geometry.ImageSize), material);
    }

    private static (List<PhantomEllipse> Parts, Disc[] Metal) Trunk(MetalPlace place, SeededRandom random)
    {
        var (a, b) = (Between(random, 0.62, 0.74), Between(random, 0.42, 0.52));
        var parts = new List<PhantomEllipse>
        {
            Part(Air, Fat, a, b, 0, 0.05), Part(Fat, Muscle, a - 0.06, b - 0.06, 0, 0.05),
        };
        if (place is MetalPlace.Lung or MetalPlace.Air)
        {
            parts.Add(Part(Muscle, -850, 0.2, 0.28, -0.3, 0.08));
            parts.Add(Part(Muscle, -850, 0.2, 0.28, 0.3, 0.08));
        }
        else
        {
            parts.Add(Part(Muscle, 90, 0.14, 0.1, 0.25, 0.15));
            parts.Add(Part(Muscle, -60, 0.1, 0.08, -0.22, 0.2));
            parts.Add(Part(Muscle, -950, 0.05, 0.03, Between(random, -0.1, 0.1), 0.28));
        }

        parts.Add(Part(Muscle, 900, 0.11, 0.1, 0, -0.2));
        parts.Add(Part(900, 250, 0.09, 0.08, 0, -0.2));
        for (var rib = 0; rib < 8; rib++)
        {
            var (sine, cosine) = Math.SinCos(0.4 + (rib * 0.79));
            parts.Add(Part(Muscle, 700, 0.035, 0.02, (a - 0.09) * cosine, 0.05 + ((b - 0.09) * sine)));
        }

        var table = 0.05 - b - 0.06;
        parts.Add(Part(Air, -750, 0.6, 0.03, 0, table));
        var (r, angle) = (Between(random, 0.012, 0.035), Between(random, 0.2, 2.9));
        var (y, x) = Math.SinCos(angle);
        Disc[] metal = place switch
        {
            MetalPlace.Air => [new Disc((a + 0.1) * x, 0.05 + ((b + 0.1) * y), r), new Disc(-a - 0.07, 0.1, r)],
            MetalPlace.Lung => [new Disc(-0.3 + (0.1 * x), 0.1, r)],
            MetalPlace.Table => [new Disc(Between(random, -0.4, 0.4), table - Between(random, 0, 0.1), r)],
            MetalPlace.Border => [new Disc(0.95 * x, 0.95 * y, r)],
            MetalPlace.TwoRods => [new Disc(-0.35, 0.02, 2.5 * r), new Disc(Between(random, 0.25, 0.4), 0.02, 2.5 * r)],
            _ => [new Disc(-0.1, -0.15, r), new Disc(-0.08, -0.1, r), new Disc(0.1, -0.15, r)],
        };
        return (parts, metal);
    }

    private static (List<PhantomEllipse> Parts, Disc[] Metal) Head(SeededRandom random)
    {
        var (a, b) = (Between(random, 0.46, 0.54), Between(random, 0.58, 0.66));
        var parts = new List<PhantomEllipse>
        {
            Part(Air, 20, a, b, 0, 0), Part(20, 1200, a - 0.04, b - 0.04, 0, 0), Part(1200, 35, a - 0.09, b - 0.09, 0, 0),
            Part(35, 10, 0.06, 0.14, -0.08, 0), Part(35, 10, 0.06, 0.14, 0.08, 0),
            Part(35, Air, 0.06, 0.08, -0.1, b - 0.22), Part(35, Air, 0.06, 0.08, 0.1, b - 0.22),
        };
        for (var tooth = 0; tooth < 6; tooth++)
        {
            var (sine, cosine) = Math.SinCos(0.7 + (0.35 * tooth));
            parts.Add(Part(35, 1800, 0.025, 0.025, (a - 0.16) * cosine, (b - 0.14) * sine));
        }

        var (r, angle) = (Between(random, 0.012, 0.03), Between(random, 0, 2 * Math.PI));
        var (y, x) = Math.SinCos(angle);
        Disc[] metal = random.NextInt32(3) switch
        {
            0 => [new Disc((a - 0.16) * Math.Cos(0.7), (b - 0.14) * Math.Sin(0.7), 0.022), new Disc((a - 0.16) * Math.Cos(2.1), (b - 0.14) * Math.Sin(2.1), 0.025)],
            1 => [new Disc(0.2 * x, 0.2 * y, r)],
            _ => [new Disc((a + 0.03) * x, (b + 0.03) * y, r), new Disc(-(a + 0.03) * y, (b + 0.03) * x, r)],
        };
        return (parts, metal);
    }

    // An ellipse that makes of what lies under it, in HU, something else.
    private static PhantomEllipse Part(double under, double hounsfield, double a, double b, double x, double y) =>
        new(HounsfieldScale.WaterAttenuation * (hounsfield - under) / 1000, a, b, x, y);

    private static MetalMask Mask(Disc[] discs, int size)
    {
        var values = new bool[size * size];
        for (var i = 0; i < values.Length; i++)
        {
            var x = ((i % size) - (0.5 * (size - 1))) / (0.5 * size);
            var y = ((0.5 * (size - 1)) - (i / size)) / (0.5 * size);
            values[i] = Array.Exists(discs, disc => disc.Contains(x, y));
        }

        return new MetalMask(values, size, size);
    }

    private static double Between(SeededRandom random, double least, double most) =>
        least + ((most - least) * random.NextDouble());

    private readonly record struct Disc(double X, double Y, double Radius)
    {
        public bool Contains(double x, double y) => ((x - X) * (x - X)) + ((y - Y) * (y - Y)) <= Radius * Radius;
    }
}
