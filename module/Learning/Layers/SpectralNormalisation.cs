using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// Spectral normalisation (Miyato et al. 2018): a weight divided by its largest singular value, W / (u W v), where W has a
/// row for each output. One power iteration a step follows the singular vectors: v = W'u / |W'u|, u = W v / |W v|, in
/// training only. u is a buffer, drawn by <see cref="Initialise"/> and saved with the module; the gradient flows through W
/// and takes u and v for constants.
/// </summary>
internal sealed class SpectralNormalisation : NamedModule
{
    private const string BufferName = "u";
    private const double Floor = 1e-12;

    /// <summary>Creates the normalisation of a weight.</summary>
    /// <param name="outputs">The rows of W.</param>
    /// <param name="dtype">The weight's type.</param>
    /// <param name="device">Where the weight is; the CPU unless given.</param>
    public SpectralNormalisation(long outputs, ScalarType dtype = ScalarType.Float32, Device? device = null)
        : base(nameof(SpectralNormalisation))
    {
        register_buffer(BufferName, zeros(outputs, dtype, device));
    }

    /// <summary>Draws u, of length 1.</summary>
    public void Initialise(Generator generator)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Buffer.copy_(Normalised(empty_like(Buffer).normal_(0, 1, generator)));
    }

    // A move to another device or type replaces the buffer.
    private Tensor Buffer => get_buffer(BufferName)!;

    /// <summary>The weight over its largest singular value, of the weight's shape.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var matrix = input.flatten(1);
        var (u, v) = Vectors(matrix.detach());
        var sigma = u.dot(matrix.mv(v));
        return (input / sigma).MoveToOuterDisposeScope();
    }

    private (Tensor U, Tensor V) Vectors(Tensor matrix)
    {
        using var guard = no_grad();
        var v = Normalised(matrix.t().mv(Buffer));
        if (training) Buffer.copy_(Normalised(matrix.mv(v)));
        // The graph keeps what it was given, and the next step writes to the buffer.
        return (Buffer.clone(), v);
    }

    private static Tensor Normalised(Tensor vector) => vector / vector.norm().clamp_min(Held(Floor));
}
