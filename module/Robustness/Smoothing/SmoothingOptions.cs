using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// How randomised smoothing certifies (Cohen et al. 2019, algorithm CERTIFY). The paper's draws are 100 and 100,000, its alpha .001.
/// </summary>
public sealed record SmoothingOptions
{
    /// <summary>sigma, the standard deviation of the noise in pixel units; 64 is about .25 of the range.</summary>
    public double Sigma
    {
        get;
        init => field = OptionRange.Above(value, 0, 1e4);
    } = 64;

    /// <summary>n0, the noisy copies that the class is chosen by.</summary>
    public int SelectionDraws
    {
        get;
        init => field = OptionRange.Within(value, 1, 1_000_000);
    } = 100;

    /// <summary>n, the further copies that the class's share is bounded by.</summary>
    public int Draws
    {
        get;
        init => field = OptionRange.Within(value, 1, 10_000_000);
    } = 1000;

    /// <summary>alpha, the probability at most that an image's certificate is wrong.</summary>
    public double Alpha
    {
        get;
        init => field = OptionRange.Above(value, 0, 0.5);
    } = 0.001;

    /// <summary>The Euclidean radii at which the certified accuracy is told, in pixel units; 0 is always among them.</summary>
    public IReadOnlyList<Epsilon> Radii { get; init; } = [];

    /// <summary>The seed of the noise; an image's draws are its own.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Noisy copies that are classified together. It changes no draw.</summary>
    public int BatchSize
    {
        get;
        init => field = OptionRange.Within(value, 1, 65_536);
    } = 200;
}

/// <summary>What smoothing says of one image.</summary>
/// <param name="Index">Its place in the set.</param>
/// <param name="Label">Its class.</param>
/// <param name="Chosen">The class that most of the first copies got.</param>
/// <param name="Votes">The further copies that got it.</param>
/// <param name="Certificate">The bound, and the radius in pixel units; none where the smoothed classifier abstains.</param>
public sealed record CertifiedImage(int Index, int Label, int Chosen, int Votes, CertifiedRadius Certificate)
{
    /// <summary>Whether it abstains: the class may not be the likeliest one.</summary>
    public bool Abstains => Certificate.Radius is null;

    /// <summary>Whether the class is right and certified within a radius, in pixel units.</summary>
    public bool IsRightWithin(double radius) => Chosen == Label && Certificate.Radius is { } certified && certified >= radius;
}

/// <summary>What smoothing says of a set.</summary>
/// <param name="Images">The images, in order.</param>
/// <param name="Seconds">The seconds of all of it.</param>
public sealed record SmoothingReport(IReadOnlyList<CertifiedImage> Images, double Seconds)
{
    /// <summary>The images that are right and certified within a radius, in pixel units.</summary>
    public int RightWithin(double radius) => Images.Count(image => image.IsRightWithin(radius));

    /// <summary>The share of the images of which it abstains.</summary>
    public double Abstained => Images.Count(image => image.Abstains) / (double)Images.Count;

    /// <summary>The mean certified radius in pixel units, 0 for an image that is wrong or without a certificate (ACR).</summary>
    public double MeanRadius => Images.Average(image => image.Chosen == image.Label ? image.Certificate.Radius ?? 0 : 0);
}
