using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The outline of a shape within the unit disc, about: the union of a few parts, each a test of points. Sizes and
/// proportions are drawn anew each time.
/// </summary>
internal sealed class MetalOutline
{
    private readonly Func<double, double, bool>[] _parts;

    private MetalOutline(double radius, params Func<double, double, bool>[] parts)
    {
        Radius = radius;
        _parts = parts;
    }

    /// <summary>No point farther from the origin than this lies within.</summary>
    public double Radius { get; }

    /// <summary>Whether a point lies within.</summary>
    public bool Contains(double x, double y)
    {
        foreach (var part in _parts)
        {
            if (part(x, y)) return true;
        }

        return false;
    }

    /// <summary>Draws an outline of a kind.</summary>
    public static MetalOutline Draw(MetalKind kind, SeededRandom random) => kind switch
    {
        MetalKind.Rod => Rods(random),
        MetalKind.Screw => Screw(random),
        MetalKind.Plate => Plate(random),
        MetalKind.HipCup => HipCup(random),
        MetalKind.DentalFilling => Fillings(random),
        MetalKind.Coil => Coil(random),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind of metal."),
    };

    private static MetalOutline Rods(SeededRandom random)
    {
        var first = Ellipse(0, 0, 1, Between(random, 0.6, 1), 0);
        if (random.NextInt32(2) == 0) return new MetalOutline(1.1, first);
        var distance = Between(random, 2.5, 7);
        return new MetalOutline(
            distance + 2, first, Ellipse(distance, 0, Between(random, 0.8, 1.2), Between(random, 0.6, 1), Between(random, 0, Math.PI)));
    }

    // The radius of the shaft tapers to the tip and swings with the thread.
    private static MetalOutline Screw(SeededRandom random)
    {
        var width = Between(random, 0.08, 0.16);
        var (threads, depth) = (Between(random, 6, 12), Between(random, 0.15, 0.35));
        var head = Between(random, 1.6, 2.4) * width;
        bool Shaft(double x, double y)
        {
            if (Math.Abs(x) > 1) return false;
            var taper = width * Math.Min(1, 0.3 + (1.4 * (1 - x)));
            return Math.Abs(y) <= taper * (1 - (depth * (0.5 + (0.5 * Math.Cos(2 * Math.PI * threads * x)))));
        }

        return new MetalOutline(1.5, Shaft, Ellipse(-1, 0, head * 0.7, head, 0));
    }

    // A sector of a thin ring whose centre is far: a bent plate, its screws' heads along it.
    private static MetalOutline Plate(SeededRandom random)
    {
        var bend = Between(random, 1.2, 6);
        var thickness = Between(random, 0.05, 0.12);
        var half = 1 / bend;
        var parts = new List<Func<double, double, bool>> { Arc(0, bend, bend, thickness, half) };
        var screws = 2 + random.NextInt32(3);
        for (var s = 0; s < screws; s++)
        {
            var angle = half * (((s + 0.5) * 2 / screws) - 1);
            parts.Add(Ellipse(bend * Math.Sin(angle), bend - (bend * Math.Cos(angle)), thickness * 1.6, thickness * 1.6, 0));
        }

        return new MetalOutline(1.4, [.. parts]);
    }

    private static MetalOutline HipCup(SeededRandom random)
    {
        var inner = Between(random, 0.7, 0.85);
        var ball = inner * Between(random, 0.5, 0.85);
        var opening = Between(random, 0.5, 0.9) * Math.PI;
        return new MetalOutline(
            1.1,
            Arc(0, 0, (1 + inner) / 2, (1 - inner) / 2, opening),
            Ellipse(0, 0, ball, ball, 0));
    }

    // An arch like a horseshoe; each filling is a disc whose radius swings.
    private static MetalOutline Fillings(SeededRandom random)
    {
        var count = 2 + random.NextInt32(4);
        var parts = new Func<double, double, bool>[count];
        var places = Enumerable.Range(0, 10).ToArray();
        random.Shuffle<int>(places);
        for (var f = 0; f < count; f++)
        {
            var angle = Math.PI * (places[f] + 0.5) / 10;
            parts[f] = Blob(0.9 * Math.Cos(angle), 1.1 * Math.Sin(angle) - 0.5, Between(random, 0.07, 0.14), random);
        }

        return new MetalOutline(1.4, parts);
    }

    private static MetalOutline Coil(SeededRandom random)
    {
        if (random.NextInt32(2) == 0) return new MetalOutline(1.2, Arc(0, 0, 0.9, Between(random, 0.06, 0.14), Math.PI));
        var windings = 5 + random.NextInt32(6);
        var parts = new Func<double, double, bool>[windings];
        for (var w = 0; w < windings; w++)
        {
            var angle = 2 * Math.PI * (w + Between(random, -0.25, 0.25)) / windings;
            var radius = Between(random, 0.6, 0.95);
            var wire = Between(random, 0.1, 0.18);
            parts[w] = Ellipse(radius * Math.Cos(angle), radius * Math.Sin(angle), wire, wire, 0);
        }

        return new MetalOutline(1.2, parts);
    }

    private static Func<double, double, bool> Ellipse(double x0, double y0, double a, double b, double turn)
    {
        var (cos, sin) = (Math.Cos(turn), Math.Sin(turn));
        return (x, y) =>
        {
            var (dx, dy) = (x - x0, y - y0);
            var (u, v) = (((dx * cos) + (dy * sin)) / a, ((dy * cos) - (dx * sin)) / b);
            return (u * u) + (v * v) <= 1;
        };
    }

    // The sector of a ring around (x0, y0) that opens by 2 half radians about the direction to -y.
    private static Func<double, double, bool> Arc(double x0, double y0, double radius, double halfWidth, double half) => (x, y) =>
    {
        var (dx, dy) = (x - x0, y0 - y);
        var distance = Math.Sqrt((dx * dx) + (dy * dy));
        return Math.Abs(distance - radius) <= halfWidth && Math.Abs(Math.Atan2(dx, dy)) <= half;
    };

    private static Func<double, double, bool> Blob(double x0, double y0, double radius, SeededRandom random)
    {
        var (third, fifth) = (Between(random, 0, 0.2), Between(random, 0, 0.1));
        var (phase3, phase5) = (Between(random, 0, 2 * Math.PI), Between(random, 0, 2 * Math.PI));
        return (x, y) =>
        {
            var (dx, dy) = (x - x0, y - y0);
            var angle = Math.Atan2(dy, dx);
            var edge = radius * (1 + (third * Math.Cos((3 * angle) + phase3)) + (fifth * Math.Cos((5 * angle) + phase5)));
            return (dx * dx) + (dy * dy) <= edge * edge;
        };
    }

    private static double Between(SeededRandom random, double least, double most) => least + ((most - least) * random.NextDouble());
}
