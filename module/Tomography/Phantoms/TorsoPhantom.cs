using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Random slices of a body, for smoke runs and tests without real data: skin fat, muscle, organs, at times lungs, a
/// spine and ribs. The values of fat, organs, lung and bone are those of CT, in HU; the shapes are ellipses, so that the
/// line integrals are exact too.
/// </summary>
public static class TorsoPhantom
{
    private const double Fat = -100;
    private const double Muscle = 50;

    /// <summary>Draws a slice.</summary>
    /// <param name="fieldOfView">The side of the image, cm; the body takes 3/4 to 9/10 of it in x.</param>
    /// <param name="random">The generator.</param>
    public static EllipsePhantom Draw(double fieldOfView, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var unit = 0.5 * fieldOfView;
        var body = new Body(Uniform(random, 0.75, 0.9), Uniform(random, 0.5, 0.68));
        var parts = new List<PhantomEllipse>
        {
            Part(Fat + 1000, body.Width, body.Height, 0, 0, 0),
            Part(Muscle - Fat, body.Width - 0.07, body.Height - 0.06, 0, 0, 0),
        };
        if (random.NextDouble() < 0.4) AddLungs(parts, body, random);
        else AddOrgans(parts, body, random);
        AddSpine(parts, body, random);
        AddRibs(parts, body, random);
        return new EllipsePhantom([.. parts.Select(part => part.Scaled(unit))]);
    }

    private static void AddOrgans(List<PhantomEllipse> parts, Body body, SeededRandom random)
    {
        var count = 4 + random.NextInt32(4);
        for (var i = 0; i < count; i++)
        {
            // Within .6 + .3 of the body, so that none reaches into the air.
            var (distance, angle) = (0.6 * Math.Sqrt(random.NextDouble()), Uniform(random, 0, 2 * Math.PI));
            var (sine, cosine) = Math.SinCos(angle);
            parts.Add(Part(
                Uniform(random, -60, 60), Uniform(random, 0.1, 0.3) * body.Height, Uniform(random, 0.1, 0.3) * body.Height,
                distance * cosine * body.Width, distance * sine * body.Height, Uniform(random, 0, Math.PI)));
        }
    }

    private static void AddLungs(List<PhantomEllipse> parts, Body body, SeededRandom random)
    {
        foreach (var side in (ReadOnlySpan<double>)[-1, 1])
        {
            var x = side * 0.47 * body.Width;
            parts.Add(Part(
                -Uniform(random, 780, 880), 0.27 * body.Width, Uniform(random, 0.5, 0.56) * body.Height, x,
                0.08 * body.Height, side * Uniform(random, 0, 0.15)));
            for (var vessel = 0; vessel < 5; vessel++)
            {
                var radius = Uniform(random, 0.008, 0.025);
                parts.Add(Part(
                    800, radius, radius * Uniform(random, 1, 2), x + (Uniform(random, -0.15, 0.15) * body.Width),
                    Uniform(random, -0.2, 0.35) * body.Height, Uniform(random, 0, Math.PI)));
            }
        }
    }

    // A vertebra: a cortical shell around spongy bone, the canal behind it, and a process.
    private static void AddSpine(List<PhantomEllipse> parts, Body body, SeededRandom random)
    {
        var (y, size) = (-0.55 * body.Height, Uniform(random, 0.13, 0.17));
        var (shell, inner) = (Uniform(random, 700, 1100), Uniform(random, 150, 300));
        parts.Add(Part(shell, size, 0.75 * size, 0, y, 0));
        parts.Add(Part(inner - shell, 0.85 * size, 0.6 * size, 0, y, 0));
        parts.Add(Part(shell, 0.18 * size, 0.45 * size, 0, y - (1.35 * size), 0));
    }

    private static void AddRibs(List<PhantomEllipse> parts, Body body, SeededRandom random)
    {
        var count = 3 + random.NextInt32(3);
        foreach (var side in (ReadOnlySpan<double>)[-1, 1])
        {
            for (var i = 0; i < count; i++)
            {
                var angle = side * (((i + Uniform(random, 0.3, 0.7)) / count * 2.2) - 1.1);
                var (sine, cosine) = Math.SinCos(angle);
                var (x, y) = (side * (body.Width - 0.12) * cosine, side * (body.Height - 0.11) * sine);
                var tangent = Math.Atan2((body.Height - 0.11) * cosine, -(body.Width - 0.12) * sine * side);
                parts.Add(Part(Uniform(random, 500, 1100), Uniform(random, 0.04, 0.08), 0.022, x, y, tangent));
            }
        }
    }

    private static PhantomEllipse Part(double units, double a, double b, double x, double y, double angle) =>
        new(HounsfieldScale.WaterAttenuation * units / 1000, a, b, x, y, angle);

    private static double Uniform(SeededRandom random, double least, double most) =>
        least + ((most - least) * random.NextDouble());

    // Semi-axes, as shares of half the field of view.
    private readonly record struct Body(double Width, double Height);
}
