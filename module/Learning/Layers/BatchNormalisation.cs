using TorchSharp.Modules;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// Batch normalisation of N x C x H x W (Ioffe and Szegedy 2015): (x - mean) / sqrt(variance + epsilon) * weight + bias,
/// a mean and a variance for each channel, of the batch in training and stored ones after it. Parameters, buffers and
/// numbers are those of PyTorch's BatchNorm2d; the library's own layer counts its batches by a number that nothing holds
/// (<see cref="Runtime.HeldScalar"/>).
/// </summary>
internal sealed class BatchNormalisation : NormBase
{
    /// <summary>Creates the layer.</summary>
    /// <param name="channels">C.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="momentum">The share of the batch in the stored mean and variance, 0 .. 1.</param>
    /// <param name="device">Where its tensors are; the CPU unless given.</param>
    public BatchNormalisation(int channels, double epsilon, double momentum, Device? device = null)
        : base(
            channels, epsilon, momentum, affine: true, track_running_stats: true, device, dtype: null,
            nameof(BatchNormalisation))
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ValidateInputDimensions(input);
        if (training) num_batches_tracked!.Plus_(Held(1));
        return nn.functional.batch_norm(
            input, running_mean, running_var, weight, bias, training, momentum!.Value, eps);
    }

    /// <inheritdoc/>
    protected override void ValidateInputDimensions(Tensor input)
    {
        if (input.dim() != 4) throw new ArgumentException($"The input has {input.dim()} dimensions, not 4.", nameof(input));
    }
}
