using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The derivative of a projection where it ended, without going back through its steps. Near z* the descent behaves as if
/// z*(x) minimised mu norm(G(z) - x)^2 + norm(z - z_0(x))^2 with G linear, J its Jacobian at z* (Gauss-Newton), so that
/// <para>dG(z*)/dx = J (mu J^T J + 1)^-1 (mu J^T + dz_0/dx),</para>
/// <para>which keeps a change of x along the generator's surface and drops one across it. z_0 is I(x), or a draw, of no derivative.
/// mu is what the steps amount to: of rates r_t and momentum m, a descent moves a code along a direction of small singular value s
/// by 2 s^2 sum(r_t) / (1 - m) of its way to the minimum (for the mean over P pixels, a P-th of it), and the minimiser by mu s^2.
/// See <see cref="ProjectionOptions.Strength"/>.</para>
/// </summary>
internal static class ProjectionTangent
{
    // In units of a code's deviation; the cube roots of the types' precision.
    private const double SingleDifference = 5e-3;
    private const double DoubleDifference = 6e-6;

    /// <summary>A function of the images, N x C x H x W, of that derivative; its value is of no use.</summary>
    /// <param name="generator">G.</param>
    /// <param name="inverter">I, or null.</param>
    /// <param name="images">x, through which the gradient goes.</param>
    /// <param name="codes">z*, N x D.</param>
    /// <param name="strength">mu.</param>
    /// <exception cref="InputException"><c>MemoryInsufficient</c>: two times N x P x D values do not fit.</exception>
    public static Tensor StandIn(GenerativeModel generator, InverterModel? inverter, Tensor images, Tensor codes, double strength)
    {
        using var scope = NewDisposeScope();
        // The Jacobian, and its product with the solved normal equations.
        MemoryPlan.Require(
            2.0 * codes.numel() * images.flatten(1).shape[1] * images.element_size(), $"The Jacobians of {codes.shape[0]} projections",
            "Attack fewer images at once.");
        var jacobian = Jacobian(generator, codes);
        Tensor solved;
        using (no_grad())
        {
            var normal = jacobian.transpose(1, 2).bmm(jacobian).mul(Held(strength))
                .Plus(eye(codes.shape[1], dtype: codes.dtype, device: codes.device));
            solved = jacobian.bmm(linalg.inv(normal));
        }

        // Rows, N x 1 x D and N x 1 x P.
        var pulled = images.flatten(1).unsqueeze(1).bmm(jacobian).mul(Held(strength));
        if (inverter is not null) pulled = pulled.Plus(inverter.Codes(images).unsqueeze(1));
        return pulled.bmm(solved.transpose(1, 2)).view(images.shape).MoveToOuterDisposeScope();
    }

    /// <summary>J, N x P x D, by differences: a column is one pass forwards.</summary>
    internal static Tensor Jacobian(GenerativeModel generator, Tensor codes)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var (count, length) = (codes.shape[0], codes.shape[1]);
        var difference = codes.dtype == ScalarType.Float64 ? DoubleDifference : SingleDifference;
        var made = generator.Images(codes).flatten(1);
        var jacobian = empty([count, made.shape[1], length], codes.dtype, codes.device);
        var moves = eye(length, dtype: codes.dtype, device: codes.device).mul(Held(difference));
        for (var row = 0L; row < count; row++)
        {
            using var inner = NewDisposeScope();
            var change = generator.Images(codes[row].Plus(moves)).flatten(1).sub(made[row]).div(Held(difference));
            jacobian[row] = change.transpose(0, 1);
        }

        return jacobian.MoveToOuterDisposeScope();
    }
}
