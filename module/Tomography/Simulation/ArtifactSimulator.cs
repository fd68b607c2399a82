using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Simulates scans of slices with metal (section 4.5, after Zhang and Yu 2018): water, bone and metal are projected
/// apart, attenuate each energy of the source by their own tables, and what is left is counted:
/// <code>
/// p(ray) = -ln sum_E S(E) exp(-sum_m r_m(E) l_m),   r_m(E) = (mu/rho)_m(E) / (mu/rho)_m(70 keV)
/// n = Poisson(round(N_0 e^-p) + background), 1 at least;   y = water correction of -ln(n / N_0)
/// </code>
/// with l_m the line integral of the material's attenuation at 70 keV. One simulator serves a whole series, from
/// several threads at once.
/// </summary>
public sealed class ArtifactSimulator
{
    private const int ScanStream = 0;
    private const int TruthStream = 1;

    private readonly Tomograph _tomograph;
    private readonly ArtifactSimulationOptions _options;
    private readonly PolychromaticModel _tissues;
    private readonly PolychromaticModel _tissuesAndMetal;
    private readonly WaterCorrection? _correction;

    /// <summary>Creates a simulator.</summary>
    /// <param name="tomograph">The scan's operators; its reconstruction makes the images.</param>
    /// <param name="options">Source, metal, noise.</param>
    /// <exception cref="InputException"><c>EnergyOutOfTable</c>: the source goes beyond a table of attenuation.</exception>
    public ArtifactSimulator(Tomograph tomograph, ArtifactSimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(tomograph);
        ArgumentNullException.ThrowIfNull(options);
        _tomograph = tomograph;
        _options = options;
        _tissues = new PolychromaticModel(options.Spectrum, Material.Water, Material.Bone);
        _tissuesAndMetal = new PolychromaticModel(options.Spectrum, Material.Water, Material.Bone, options.Metal);
        _correction = options.WaterCorrection ? WaterCorrection.Fit(options.Spectrum) : null;
    }

    /// <summary>Simulates one scan.</summary>
    /// <param name="clean">A slice without metal, 1/cm at 70 keV, not below 0.</param>
    /// <param name="metal">Where the metal is; it may touch the border.</param>
    /// <param name="seed">Of the noise.</param>
    /// <param name="work">Cancellation, threads.</param>
    /// <exception cref="InputException">
    /// <c>MaskShapeMismatch</c>, <c>ImageShapeMismatch</c>, <c>ImageNotFinite</c>.
    /// </exception>
    public SimulatedScan Simulate(SliceImage clean, MetalMask metal, long seed, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(metal);
        ArgumentNullException.ThrowIfNull(work);
        metal.RequireShape(clean);
        FiniteValues.Require(clean);
        var random = new SeededRandom(seed);
        var (water, bone) = TissueDecomposition.Split(clean);
        var tissues = new[] { _tomograph.Project(water, work), _tomograph.Project(bone, work) };
        var truth = _options.Truth == TrueSinogram.Ideal
            ? _tomograph.Project(metal.Fill(clean, (float)HounsfieldScale.WaterAttenuation), work)
            : Measure(_tissues, tissues, random.Fork(TruthStream), work);

        var chords = _tomograph.Project(metal.ToImage(), work);
        var trace = MetalTrace.Of(chords);
        if (_options.Tissue == TissueUnderMetal.Zeroed)
        {
            tissues = [_tomograph.Project(metal.Fill(water, 0), work), _tomograph.Project(metal.Fill(bone, 0), work)];
        }

        var measured = Measure(_tissuesAndMetal, [.. tissues, MetalPaths(chords, trace)], random.Fork(ScanStream), work);
        var image = _tomograph.Reconstruct(measured, work);
        return new SimulatedScan(new CorruptedScan(_tomograph, measured, image, metal, trace), truth, clean);
    }

    // The chord in cm becomes the line integral at 70 keV; a bin at the end of a run saw the metal in part only.
    private Sinogram MetalPaths(Sinogram chords, MetalTrace trace)
    {
        var scale = (float)_options.Metal.ReferenceAttenuation;
        var paths = new Sinogram(Array.ConvertAll(chords.Values, chord => chord * scale), chords.Geometry);
        for (var view = 0; view < chords.Views; view++)
        {
            foreach (var run in trace.Runs(view))
            {
                paths.View(view)[run.First] /= (float)_options.EdgeDivisor;
                if (run.Last > run.First) paths.View(view)[run.Last] /= (float)_options.EdgeDivisor;
            }
        }

        return paths;
    }

    private Sinogram Measure(PolychromaticModel model, Sinogram[] paths, SeededRandom random, WorkContext work)
    {
        var result = new Sinogram(_tomograph.Geometry);
        Parallel.For(0, result.Views, work.Parallel, view =>
        {
            var attenuation = new double[result.Bins];
            model.Attenuate([.. paths.Select(path => path.Values.AsMemory(view * path.Bins, path.Bins))], attenuation);
            Count(attenuation, random.Fork(view));
            var row = result.View(view);
            for (var bin = 0; bin < row.Length; bin++)
            {
                row[bin] = (float)(_correction?.Apply(attenuation[bin]) ?? attenuation[bin]);
            }
        });
        return result;
    }

    private void Count(double[] attenuation, SeededRandom random)
    {
        for (var bin = 0; bin < attenuation.Length; bin++)
        {
            var mean = Math.Round(_options.Photons * Math.Exp(-attenuation[bin])) + _options.Background;
            var count = _options.Noise ? PoissonDraw.Next(random, mean) : mean;
            attenuation[bin] = -Math.Log(Math.Max(count, 1) / _options.Photons);
        }
    }
}
