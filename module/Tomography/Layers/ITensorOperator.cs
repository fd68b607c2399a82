using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A linear operator on tensors: batches of rows in, batches of rows out. Results are the caller's to dispose; nothing
/// is recorded for gradients.
/// </summary>
internal interface ITensorOperator : IDisposable
{
    /// <summary>[B, ...] to [B, ...]: the operator.</summary>
    Tensor Apply(Tensor input);

    /// <summary>[B, ...] to [B, ...]: its adjoint.</summary>
    Tensor ApplyAdjoint(Tensor output);
}
