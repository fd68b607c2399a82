namespace Thesis.Cmdlets;

/// <summary>A trained generator or inverter.</summary>
public sealed record GenerativeTraining
{
    /// <summary>The model's file.</summary>
    public required string Path { get; init; }

    /// <summary>Generator or Inverter.</summary>
    public required string Kind { get; init; }

    /// <summary>The networks.</summary>
    public required string Architecture { get; init; }

    /// <summary>The dataset of a generator; the file of the generator of an inverter.</summary>
    public required string Source { get; init; }

    /// <summary>The width of the network.</summary>
    public int Width { get; init; }

    /// <summary>The length of a latent code.</summary>
    public int LatentLength { get; init; }

    /// <summary>Steps.</summary>
    public long Iterations { get; init; }

    /// <summary>Of a generator, the spread of its samples over that of the images; near 0 where it has collapsed.</summary>
    public double? RelativeSpread { get; init; }

    /// <summary>Of an inverter, the mean square of z - I(G(z)) on fresh codes; 1 is that of the code 0.</summary>
    public double? LatentError { get; init; }

    /// <summary>
    /// Of an inverter, the mean square of x - G(I(x)) for x = G(z), in shares of the range; of one that was trained with its generator for
    /// images of the dataset.
    /// </summary>
    public double? ReconstructionError { get; init; }

    /// <summary>Of an inverter, the share of fresh codes that it recovers within the radius.</summary>
    public double? RecoveredShare { get; init; }

    /// <summary>Parameters that were trained, the discriminator's included.</summary>
    public long Parameters { get; init; }

    /// <summary>The seed.</summary>
    public long Seed { get; init; }

    /// <summary>Seconds of this call.</summary>
    public double Seconds { get; init; }

    /// <summary>The table of the curve, CSV.</summary>
    public required string CurvePath { get; init; }

    /// <summary>The plot of the curve, PNG.</summary>
    public required string PlotPath { get; init; }

    /// <summary>The picture of samples, or of samples above their reconstructions, PNG.</summary>
    public required string SamplesPath { get; init; }
}
