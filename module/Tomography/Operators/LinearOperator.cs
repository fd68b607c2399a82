using System.Numerics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A linear operator A and its exact adjoint, on batches: an argument holds one or more inputs after one another, and
/// the result as many outputs. The bytes of the result do not depend on the thread count or on the batch an input is in.
/// </summary>
/// <typeparam name="T">float, by the fast kernels, or double, by the scalar ones.</typeparam>
public abstract class LinearOperator<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Values of one input.</summary>
    public abstract int InputLength { get; }

    /// <summary>Values of one output.</summary>
    public abstract int OutputLength { get; }

    /// <summary>output = A input.</summary>
    /// <exception cref="ArgumentException">The lengths are not of one number of inputs and outputs.</exception>
    public void Apply(ReadOnlySpan<T> input, Span<T> output, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(work);
        ApplyCore(input, output, Count(input.Length, InputLength, output.Length, OutputLength), work);
    }

    /// <summary>input = A^T output.</summary>
    /// <exception cref="ArgumentException">The lengths are not of one number of inputs and outputs.</exception>
    public void ApplyAdjoint(ReadOnlySpan<T> output, Span<T> input, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(work);
        ApplyAdjointCore(output, input, Count(output.Length, OutputLength, input.Length, InputLength), work);
    }

    /// <summary>The operator on <paramref name="count"/> inputs; every output is written, whatever it held.</summary>
    protected abstract void ApplyCore(ReadOnlySpan<T> input, Span<T> output, int count, WorkContext work);

    /// <summary>The adjoint on <paramref name="count"/> outputs; every input is written, whatever it held.</summary>
    protected abstract void ApplyAdjointCore(ReadOnlySpan<T> output, Span<T> input, int count, WorkContext work);

    private static int Count(int from, int fromLength, int to, int toLength)
    {
        var count = from / fromLength;
        return from == (long)count * fromLength && to == (long)count * toLength
            ? count
            : throw new ArgumentException($"{from} values in units of {fromLength} do not make {to} in units of {toLength}.");
    }
}
