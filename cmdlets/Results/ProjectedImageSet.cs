namespace Thesis.Cmdlets;

/// <summary>Images that were projected onto the range of a generator.</summary>
public sealed record ProjectedImageSet
{
    /// <summary>DefenseGAN, or with an inverter InvGAN.</summary>
    public required string Method { get; init; }

    /// <summary>The generator's file.</summary>
    public required string GeneratorPath { get; init; }

    /// <summary>The inverter's file.</summary>
    public string? InverterPath { get; init; }

    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>Starts.</summary>
    public int Restarts { get; init; }

    /// <summary>Steps of each start.</summary>
    public int Steps { get; init; }

    /// <summary>The images.</summary>
    public int Count { get; init; }

    /// <summary>The mean square error of a pixel, in shares of the range.</summary>
    public double MeanError { get; init; }

    /// <summary>Gradients over all starts of an image, the mean: the effective number of steps.</summary>
    public double MeanSteps { get; init; }

    /// <summary>The images of which no start had finite values to the end.</summary>
    public int Diverged { get; init; }

    /// <summary>Seconds of the projections alone.</summary>
    public double Seconds { get; init; }

    /// <summary>The projected images, npy, float32, N x C x H x W.</summary>
    public required string Path { get; init; }

    /// <summary>A line for each image, CSV: its error, the start that won, the steps, why it ended.</summary>
    public required string ManifestPath { get; init; }

    /// <summary>The first images above their projections, PNG.</summary>
    public required string GridPath { get; init; }
}
