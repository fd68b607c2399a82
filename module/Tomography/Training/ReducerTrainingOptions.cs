using System.Globalization;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>How a network is trained. The defaults are section 4.5's for DuDoNet.</summary>
public sealed record ReducerTrainingOptions
{
    /// <summary>The network.</summary>
    public ReducerArchitecture Architecture { get; init; } = ReducerArchitecture.Of("DuDoNet");

    /// <summary>The scans.</summary>
    public ScanGeometry Geometry { get; init; } = ScanPresets.Dissertation;

    /// <summary>Source, metal, noise.</summary>
    public ArtifactSimulationOptions Simulation { get; init; } = new();

    /// <summary>The simulation in a line, by which runs and examples are told apart.</summary>
    internal string SimulationText => string.Create(CultureInfo.InvariantCulture, $"{Simulation.Metal.Name} {Simulation.Photons} photons");

    /// <summary>Epochs, batch size, seed.</summary>
    public TrainingOptions Training { get; init; } = new() { Epochs = 380, BatchSize = 8 };

    /// <summary>The optimiser.</summary>
    public OptimiserOptions Optimiser { get; init; } = new() { LearningRate = 2e-4, Beta1 = 0.5, Beta2 = 0.999 };

    /// <summary>After so many epochs the rate is halved, and again after as many; 0 for never.</summary>
    public int HalvingEpochs
    {
        get;
        init => field = OptionRange.Within(value, 0, int.MaxValue);
    }

    = 30;

    /// <summary>Examples of an epoch; 0 for as many as there are slices, or 400 where there are phantoms alone.</summary>
    public int ExamplesPerEpoch
    {
        get;
        init => field = OptionRange.Within(value, 0, 100_000_000);
    }

    /// <summary>
    /// The folder where the examples of an epoch are made once, to be seen in every epoch; null for new ones in each step.
    /// </summary>
    public string? CachePath { get; init; }

    /// <summary>The share of examples that are phantoms where slices are given; without slices all are.</summary>
    public double PhantomShare
    {
        get;
        init => field = OptionRange.Within(value, 0, 1);
    }

    /// <summary>Examples that are validated on.</summary>
    public int ValidationCount
    {
        get;
        init => field = OptionRange.Within(value, 1, 100_000);
    }

    = 20;

    /// <summary>The side of the patches that networks on images are trained on; 0 for whole images.</summary>
    public int PatchSize
    {
        get;
        init => field = OptionRange.Within(value, 0, ScanGeometry.MostSamples);
    }

    /// <summary>Whether convolutions compute their products in bfloat16.</summary>
    public bool MixedPrecision { get; init; }

    /// <summary>The unit of npy slices.</summary>
    public PixelUnit Unit { get; init; }

    /// <summary>Whether a run goes on from its checkpoint, where there is one.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether existing files are replaced.</summary>
    public bool Overwrite { get; init; }
}
