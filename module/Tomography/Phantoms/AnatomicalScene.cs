using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>What is at a place of a body.</summary>
/// <param name="Hounsfield">The tissue's mean.</param>
/// <param name="Roughness">The standard deviation of its texture, in HU.</param>
internal readonly record struct BodyTissue(double Hounsfield, double Roughness);

/// <summary>
/// The parts of a body in a slice, painted one over another: the last that holds a place is what is there. Lengths are shares of
/// half the field of view; the front of the body is up. The whole is turned, shifted and bent by a smooth random field.
/// </summary>
internal sealed class AnatomicalScene
{
    private const int Waves = 3;

    private static readonly BodyTissue Air = new(-1000, 0);

    private readonly List<BodyPart> _parts = [];
    private readonly SeededRandom _random;
    private readonly double _fat;
    private readonly double _muscle;
    private readonly (double Sine, double Cosine) _turn;
    private readonly (double X, double Y) _shift;
    private readonly (double Amplitude, double Across, double Up, double Phase)[] _bends;

    private AnatomicalScene(SeededRandom random)
    {
        _random = random;
        (_fat, _muscle) = (Between(-120, -80), Between(35, 70));
        _turn = Math.SinCos(Between(-0.2, 0.2));
        _shift = (Between(-0.08, 0.08), Between(-0.08, 0.08));
        _bends = [.. Enumerable.Range(0, 2 * Waves).Select(_ => (
            Between(0, 0.02), Between(-6, 6), Between(-6, 6), Between(0, 2 * Math.PI)))];
    }

    /// <summary>Draws a scene.</summary>
    public static AnatomicalScene Draw(SeededRandom random)
    {
        var scene = new AnatomicalScene(random);
        scene.AddTable();
        switch (random.NextInt32(8))
        {
            case 0 or 1:
                scene.AddTrunk(scene.Between(0.68, 0.88), scene.Between(0.45, 0.6), scene.AddChest);
                break;
            case 2 or 3:
                scene.AddTrunk(scene.Between(0.62, 0.88), scene.Between(0.42, 0.64), scene.AddAbdomen);
                break;
            case 4 or 5:
                scene.AddTrunk(scene.Between(0.68, 0.9), scene.Between(0.42, 0.58), scene.AddPelvis);
                break;
            case 6:
                scene.AddHead();
                break;
            default:
                scene.AddLegs();
                break;
        }

        return scene;
    }

    /// <summary>The tissue at a place; x to the right, y up, -1 .. 1.</summary>
    public BodyTissue At(double x, double y)
    {
        var (dx, dy) = (0.0, 0.0);
        for (var w = 0; w < _bends.Length; w++)
        {
            var (amplitude, across, up, phase) = _bends[w];
            var bend = amplitude * Math.Sin((across * x) + (up * y) + phase);
            if (w < Waves) dx += bend;
            else dy += bend;
        }

        var (left, high) = (x + dx - _shift.X, y + dy - _shift.Y);
        var (u, v) = ((left * _turn.Cosine) + (high * _turn.Sine), (high * _turn.Cosine) - (left * _turn.Sine));
        for (var part = _parts.Count - 1; part >= 0; part--)
        {
            if (_parts[part].Contains(u, v)) return _parts[part].Tissue;
        }

        return Air;
    }

    private void AddTable()
    {
        if (_random.NextDouble() < 0.3) return;
        var depth = Between(-0.82, -0.7);
        Add(Between(-850, -600), 0, 0.75, 0.035, 0, depth, power: 6);
        Add(-950, 0, 0.72, 0.02, 0, depth, power: 6);
    }

    private void AddTrunk(double a, double b, Action<double, double> addInside)
    {
        var (side, front) = (Between(0.02, 0.14), Between(0.02, 0.12));
        Add(_muscle, 6, a, b, 0, 0, power: Between(2, 2.8));
        Add(_fat, 8, a - 0.008, b - 0.008, 0, 0, power: 2.4);
        var (width, height) = (a - side, b - front);
        Add(_muscle, 12, width, height, 0, Between(-0.03, 0), power: 2.4);
        if (_random.NextDouble() < 0.25) AddArms(a, b);
        addInside(width, height);
    }

    private void AddChest(double a, double b)
    {
        foreach (var side in (ReadOnlySpan<double>)[-1, 1])
        {
            var (x, y, width, height) = (side * Between(0.45, 0.52) * a, Between(0, 0.12) * b, Between(0.34, 0.42) * a, Between(0.68, 0.8) * b);
            Add(Between(-880, -760), 45, width, height, x, y, side * Between(0, 0.2), 2.3);
            for (var vessel = 0; vessel < 14; vessel++)
            {
                var (radius, place, angle) = (Between(0.004, 0.02), 0.85 * Math.Sqrt(_random.NextDouble()), Between(0, 2 * Math.PI));
                Add(
                    Between(-100, 60), 10, radius, radius * Between(1, 4), x + (place * width * Math.Cos(angle)),
                    y + (place * height * Math.Sin(angle)), Between(0, Math.PI));
            }
        }

        var contrast = _random.NextDouble() < 0.4 ? Between(80, 250) : 0;
        Add(_fat, 10, Between(0.2, 0.3) * a, Between(0.5, 0.65) * b, Between(0, 0.1), 0.05);
        Add(45 + contrast, 10, Between(0.2, 0.32) * a, Between(0.25, 0.4) * b, Between(0, 0.12), Between(0.05, 0.25) * b, Between(-0.6, 0.6));
        Add(45 + contrast, 8, 0.06, 0.06, Between(-0.1, 0.02), -0.3 * b);
        Add(-950, 0, Between(0.02, 0.04), Between(0.02, 0.04), 0, Between(-0.15, 0) * b);
        AddSpine(b);
        AddRibs(a, b);
        Bone(Between(0.05, 0.1), 0.03, 0, b - 0.05, 0);
    }

    private void AddAbdomen(double a, double b)
    {
        Add(_fat, 10, 0.88 * a, 0.82 * b, 0, 0.05 * b, power: 2.5);
        var contrast = _random.NextDouble() < 0.5 ? Between(40, 140) : 0;
        if (_random.NextDouble() < 0.7)
        {
            Add(55 + (0.5 * contrast), 12, Between(0.35, 0.5) * a, Between(0.45, 0.65) * b, -0.38 * a, Between(0.05, 0.2) * b, Between(-0.4, 0.4), 2.4);
            Add(50 + (0.6 * contrast), 12, Between(0.12, 0.22) * a, Between(0.2, 0.35) * b, 0.6 * a, -0.1 * b, Between(-0.5, 0.5));
        }

        foreach (var side in (ReadOnlySpan<double>)[-1, 1])
        {
            Add(40 + contrast, 10, Between(0.09, 0.13), Between(0.07, 0.1), side * Between(0.26, 0.34), -0.32 * b, Between(0, Math.PI));
            Add(_muscle, 10, Between(0.07, 0.1), Between(0.08, 0.14), side * Between(0.15, 0.19), -0.45 * b);
        }

        AddBowels(a, b, 8 + _random.NextInt32(8));
        Add(45 + contrast, 8, Between(0.04, 0.06), Between(0.04, 0.06), Between(0, 0.08), -0.22 * b);
        Add(45 + contrast, 8, Between(0.04, 0.06), Between(0.03, 0.05), Between(-0.12, -0.06), -0.22 * b);
        AddSpine(b);
        if (_random.NextDouble() < 0.5) AddRibs(a, b);
    }

    private void AddPelvis(double a, double b)
    {
        Add(_fat, 10, 0.6 * a, 0.7 * b, 0, 0.1 * b, power: 2.3);
        var heads = _random.NextDouble() < 0.6;
        foreach (var side in (ReadOnlySpan<double>)[-1, 1])
        {
            Add(_fat, 8, 0.03, Between(0.2, 0.35), side * Between(0.55, 0.7) * a, Between(-0.3, 0) * b, side * Between(-0.8, -0.2));
            if (heads)
            {
                var (x, y, radius) = (side * Between(0.5, 0.6) * a, Between(-0.15, 0.1) * b, Between(0.1, 0.13));
                Bone(1.35 * radius, 1.5 * radius, x - (side * 0.6 * radius), y, side * 0.3);
                Add(_muscle, 10, 1.1 * radius, 1.1 * radius, x, y);
                Bone(radius, radius, x, y, 0);
                Bone(0.5 * radius, 0.9 * radius, x + (side * 1.5 * radius), y - (0.3 * radius), side * 0.4);
            }
            else
            {
                Bone(Between(0.04, 0.07), Between(0.25, 0.36), side * Between(0.48, 0.58) * a, -0.1 * b, side * -Between(0.4, 0.8));
            }
        }

        Add(Between(0, 20), 6, Between(0.12, 0.25), Between(0.1, 0.2), Between(-0.04, 0.04), 0.25 * b, power: 2.4);
        AddBowels(0.6 * a, b, 3 + _random.NextInt32(6));
        if (heads) Bone(0.07, 0.04, 0, -0.6 * b, 0);
        else AddSpine(b);
    }

    private void AddHead()
    {
        var (a, b, skull) = (Between(0.42, 0.6), Between(0.52, 0.72), Between(0.025, 0.05));
        Add(_muscle, 8, a, b, 0, 0, power: 2.2);
        Add(_fat, 8, a - 0.01, b - 0.01, 0, 0, power: 2.2);
        Shell(a - 0.04, b - 0.04, skull, 0, 0, 0);
        if (_random.NextDouble() < 0.5) AddBrain(a - 0.06 - skull, b - 0.06 - skull);
        else AddFace(a, b);
    }

    private void AddBrain(double a, double b)
    {
        Add(10, 4, a, b, 0, 0);
        Add(36, 5, a - 0.02, b - 0.02, 0, 0);
        Add(28, 4, 0.7 * a, 0.75 * b, 0, 0);
        foreach (var side in (ReadOnlySpan<double>)[-1, 1])
        {
            Add(5, 3, Between(0.03, 0.06), Between(0.1, 0.2), side * Between(0.06, 0.1), Between(-0.05, 0.1), side * 0.3);
        }

        if (_random.NextDouble() < 0.5) Bone(0.1, 0.05, Between(-0.2, 0.2), b - 0.04, 0);
    }

    private void AddFace(double a, double b)
    {
        Add(_muscle, 14, a - 0.09, b - 0.09, 0, 0);
        Add(-950, 5, Between(0.05, 0.1), Between(0.1, 0.2), 0, Between(-0.1, 0.2));
        foreach (var side in (ReadOnlySpan<double>)[-1, 1])
        {
            Add(-950, 5, Between(0.05, 0.1), Between(0.06, 0.12), side * Between(0.17, 0.24), Between(0.1, 0.3) * b);
            Bone(0.03, Between(0.12, 0.2), side * (a - 0.12), Between(-0.1, 0.15) * b, side * -0.3);
        }

        // Teeth along an arch that opens to the back.
        var (teeth, radius) = (6 + _random.NextInt32(9), Between(0.2, 0.28));
        for (var tooth = 0; tooth < teeth; tooth++)
        {
            var (sine, cosine) = Math.SinCos(0.35 + ((Math.PI - 0.7) * tooth / (teeth - 1)));
            Add(Between(1100, 1900), 30, Between(0.022, 0.035), 0.03, 0.85 * radius * cosine, (0.4 * b) - radius + (1.4 * radius * sine), Between(0, Math.PI));
        }

        AddSpine(0.75 * b);
    }

    private void AddLegs()
    {
        foreach (var side in (ReadOnlySpan<double>)[-1, 1])
        {
            var (x, a, b) = (side * Between(0.38, 0.48), Between(0.26, 0.36), Between(0.3, 0.42));
            Add(_muscle, 6, a, b, x, 0);
            Add(_fat, 8, a - 0.008, b - 0.008, x, 0);
            Add(_muscle, 12, 0.82 * a, 0.8 * b, x, Between(-0.03, 0.03));
            for (var seam = 0; seam < 5; seam++)
            {
                Add(_fat, 8, 0.01, Between(0.06, 0.16), x + (Between(-0.5, 0.5) * a), Between(-0.5, 0.5) * b, Between(0, Math.PI));
            }

            var radius = Between(0.06, 0.14);
            Shell(radius, radius * Between(0.9, 1.1), Between(0.015, 0.04), x + Between(-0.05, 0.05), Between(-0.05, 0.08), 0);
        }
    }

    private void AddArms(double a, double b)
    {
        foreach (var side in (ReadOnlySpan<double>)[-1, 1])
        {
            var (x, radius) = (side * (a + Between(0.02, 0.06)), Between(0.08, 0.12));
            Add(_fat, 8, radius, 1.3 * radius, x, Between(-0.2, 0.1) * b);
            Add(_muscle, 10, 0.8 * radius, 1.05 * radius, x, Between(-0.2, 0.1) * b);
            Bone(0.35 * radius, 0.35 * radius, x, -0.05 * b, 0);
        }
    }

    private void AddBowels(double a, double b, int count)
    {
        for (var bowel = 0; bowel < count; bowel++)
        {
            var (place, angle) = (0.65 * Math.Sqrt(_random.NextDouble()), Between(-0.3, Math.PI + 0.3));
            var (x, y, radius) = (place * a * Math.Cos(angle), (place * b * Math.Sin(angle)) + (0.1 * b), Between(0.03, 0.1));
            Add(Between(20, 60), 12, radius, radius * Between(0.7, 1.6), x, y, Between(0, Math.PI));
            var content = _random.NextDouble();
            if (content < 0.3) Add(Between(-980, -800), 10, 0.75 * radius, 0.6 * radius, x, y + (0.1 * radius));
            else if (content < 0.45) Add(Between(150, 400), 25, 0.75 * radius, 0.75 * radius, x, y);
        }
    }

    // A vertebra: its body, the canal behind it, and processes.
    private void AddSpine(double b)
    {
        var (size, y) = (Between(0.1, 0.15), -Between(0.5, 0.62) * b);
        Bone(0.3 * size, 0.7 * size, 0, y - (1.9 * size), 0);
        foreach (var side in (ReadOnlySpan<double>)[-1, 1])
        {
            Bone(0.75 * size, 0.2 * size, side * size, y - (1.1 * size), side * -Between(0, 0.4));
            Bone(0.22 * size, 0.5 * size, side * 0.55 * size, y - size, side * 0.5);
        }

        Bone(size, 0.75 * size, 0, y, 0);
        Add(Between(10, 35), 5, 0.38 * size, 0.32 * size, 0, y - (1.1 * size));
    }

    private void AddRibs(double a, double b)
    {
        var count = 3 + _random.NextInt32(4);
        foreach (var side in (ReadOnlySpan<double>)[-1, 1])
        {
            for (var rib = 0; rib < count; rib++)
            {
                var angle = ((rib + Between(0.2, 0.8)) / count * 2.6) - 1.3;
                var (sine, cosine) = Math.SinCos(angle);
                var tangent = Math.Atan2(b * cosine, -side * a * sine);
                Bone(Between(0.05, 0.12), Between(0.014, 0.024), side * (a - 0.035) * cosine, (b - 0.035) * sine, tangent);
            }
        }
    }

    // Cortical bone around marrow.
    private void Bone(double a, double b, double x, double y, double angle) =>
        Shell(a, b, Math.Min(Between(0.006, 0.016), 0.45 * Math.Min(a, b)), x, y, angle);

    private void Shell(double a, double b, double thickness, double x, double y, double angle)
    {
        Add(Between(600, 1500), 60, a, b, x, y, angle);
        Add(Between(-20, 350), 50, a - thickness, b - thickness, x, y, angle);
    }

    private void Add(double hounsfield, double roughness, double a, double b, double x, double y, double angle = 0, double power = 2)
    {
        var (sine, cosine) = Math.SinCos(angle);
        _parts.Add(new BodyPart(x, y, a, b, sine, cosine, power, new BodyTissue(hounsfield, roughness)));
    }

    private double Between(double least, double most) => least + ((most - least) * _random.NextDouble());

    private readonly record struct BodyPart(
        double X, double Y, double A, double B, double Sine, double Cosine, double Power, BodyTissue Tissue)
    {
        public bool Contains(double x, double y)
        {
            var (dx, dy) = (x - X, y - Y);
            if (Math.Abs(dx) > A + B || Math.Abs(dy) > A + B) return false;
            var (u, v) = (Math.Abs((dx * Cosine) + (dy * Sine)) / A, Math.Abs((dy * Cosine) - (dx * Sine)) / B);
            if (u > 1 || v > 1) return false;
            return Power == 2 ? (u * u) + (v * v) <= 1 : Math.Pow(u, Power) + Math.Pow(v, Power) <= 1;
        }
    }
}
