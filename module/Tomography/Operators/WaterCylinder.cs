namespace Thesis.Engine.Tomography;

/// <summary>
/// A cylinder of water that a view of parallel rays is cut in: the chord at a distance s beyond the cut is
/// 2 sqrt(R^2 - (x + s)^2), with x the distance of the cut from the axis and R^2 = x^2 + h^2, h half the chord at the cut.
/// Lengths are in cm.
/// </summary>
/// <param name="HalfChord">h, above 0.</param>
/// <param name="Offset">x; negative where the axis lies beyond the cut.</param>
internal readonly record struct WaterCylinder(double HalfChord, double Offset)
{
    private const int Halvings = 60;

    /// <summary>R.</summary>
    public double Radius => double.Hypot(HalfChord, Offset);

    /// <summary>How far it reaches beyond the cut.</summary>
    public double Reach => Offset > 0 ? HalfChord * HalfChord / (Radius + Offset) : Radius - Offset;

    /// <summary>The integral of its line integrals beyond the cut, in cm.</summary>
    public double Mass => HounsfieldScale.WaterAttenuation
        * ((Radius * Radius * Math.Atan2(HalfChord, Offset)) - (Offset * HalfChord));

    /// <summary>
    /// The cylinder that has a line integral and its slope, in 1/cm and outwards, at the cut (Hsieh et al. 2004).
    /// </summary>
    public static WaterCylinder Fit(double value, double slope)
    {
        const double mu = HounsfieldScale.WaterAttenuation;
        return new WaterCylinder(value / (2 * mu), -value * slope / (4 * mu * mu));
    }

    /// <summary>The line integral at a distance beyond the cut.</summary>
    public double At(double beyond)
    {
        var distance = Offset + beyond;
        return 2 * HounsfieldScale.WaterAttenuation * Math.Sqrt(Math.Max(0, (Radius * Radius) - (distance * distance)));
    }

    /// <summary>The cylinder through the same chord that reaches no farther.</summary>
    public WaterCylinder Within(double reach) =>
        Reach <= reach ? this : this with { Offset = ((HalfChord * HalfChord) - (reach * reach)) / (2 * reach) };

    /// <summary>
    /// The cylinder through the same chord whose mass beyond the cut is one that is known, within two reaches.
    /// </summary>
    public WaterCylinder WithMass(double mass, double leastReach, double mostReach)
    {
        // The mass falls as the axis moves inwards.
        var (low, high) = (OffsetOf(mostReach), OffsetOf(leastReach));
        for (var i = 0; i < Halvings; i++)
        {
            var middle = 0.5 * (low + high);
            if ((this with { Offset = middle }).Mass > mass) low = middle;
            else high = middle;
        }

        return this with { Offset = high };
    }

    private double OffsetOf(double reach) => ((HalfChord * HalfChord) - (reach * reach)) / (2 * reach);
}
