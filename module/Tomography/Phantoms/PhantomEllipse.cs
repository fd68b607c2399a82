namespace Thesis.Engine.Tomography;

/// <summary>An ellipse of constant attenuation, which adds to what lies under it.</summary>
/// <param name="Attenuation">1/cm; negative where the ellipse takes away.</param>
/// <param name="SemiAxisX">Along x before the rotation, cm, above 0.</param>
/// <param name="SemiAxisY">Along y before the rotation, cm, above 0.</param>
/// <param name="CentreX">To the right of the rotation centre, cm.</param>
/// <param name="CentreY">Above the rotation centre, cm.</param>
/// <param name="Angle">Rotation about the ellipse's centre, anticlockwise, radians.</param>
public readonly record struct PhantomEllipse(
    double Attenuation, double SemiAxisX, double SemiAxisY, double CentreX, double CentreY, double Angle = 0)
{
    /// <summary>The same ellipse, its lengths multiplied.</summary>
    public PhantomEllipse Scaled(double unit) => this with
    {
        SemiAxisX = SemiAxisX * unit,
        SemiAxisY = SemiAxisY * unit,
        CentreX = CentreX * unit,
        CentreY = CentreY * unit,
    };
}
