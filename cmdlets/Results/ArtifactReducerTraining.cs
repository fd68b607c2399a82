namespace Thesis.Cmdlets;

/// <summary>A trained network of metal artifact reduction: what Build-ArtifactReducer emits.</summary>
public sealed record ArtifactReducerTraining
{
    /// <summary>The model's file, safetensors.</summary>
    public required string Path { get; init; }

    /// <summary>The method that it is for.</summary>
    public required string Method { get; init; }

    /// <summary>The configuration of the dual-domain model, A to G; empty for other networks.</summary>
    public required string Configuration { get; init; }

    /// <summary>Parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>Floating-point operations of the convolutions for a slice, a product and its sum being two.</summary>
    public required long Flops { get; init; }

    /// <summary>The side of the images that it is trained on.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Passes over the examples.</summary>
    public required int Epochs { get; init; }

    /// <summary>Steps of the optimiser.</summary>
    public required long Steps { get; init; }

    /// <summary>The mean PSNR of the validation examples at the end, dB, in the window -175 to 275 HU.</summary>
    public required double ValidationPsnr { get; init; }

    /// <summary>The mean SSIM of the validation examples at the end.</summary>
    public required double ValidationSsim { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Seconds of this command; a resumed run counts from its resumption.</summary>
    public required double Seconds { get; init; }

    /// <summary>Losses and validation by epoch, CSV.</summary>
    public required string CurvePath { get; init; }

    /// <summary>The same as a plot, PNG.</summary>
    public required string PlotPath { get; init; }

    /// <summary>Validation examples: with metal, by LI, by the network, the truth; PNG.</summary>
    public required string PicturePath { get; init; }
}
