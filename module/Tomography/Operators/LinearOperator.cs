using System.Numerics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A linear operator A and its exact adjoint, on batches: an argument holds one or more inputs after one another, and
/// the result as many outputs. The bytes of a result depend neither on the thread count nor on the batch.
/// </summary>
/// <typeparam name="T">float, by the fast kernels, or double, by the scalar ones.</typeparam>
public abstract unsafe class LinearOperator<T>
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
        var count = Count(input.Length, InputLength, output.Length, OutputLength);
        fixed (T* from = input, to = output)
        {
            Apply(from, to, count, work);
        }
    }

    /// <summary>input = A^T output.</summary>
    /// <exception cref="ArgumentException">The lengths are not of one number of inputs and outputs.</exception>
    public void ApplyAdjoint(ReadOnlySpan<T> output, Span<T> input, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var count = Count(output.Length, OutputLength, input.Length, InputLength);
        fixed (T* from = output, to = input)
        {
            ApplyAdjoint(from, to, count, work);
        }
    }

    /// <summary>output = A input, for <paramref name="count"/> inputs at an address.</summary>
    internal void Apply(T* input, T* output, int count, WorkContext work)
    {
        for (var i = 0L; i < count; i++)
        {
            work.ThrowIfCancelled();
            ApplyOne(input + (i * InputLength), output + (i * OutputLength), work);
        }
    }

    /// <summary>input = A^T output, for <paramref name="count"/> outputs at an address.</summary>
    internal void ApplyAdjoint(T* output, T* input, int count, WorkContext work)
    {
        for (var i = 0L; i < count; i++)
        {
            work.ThrowIfCancelled();
            ApplyAdjointOne(output + (i * OutputLength), input + (i * InputLength), work);
        }
    }

    /// <summary>output = A input at the places that are wanted; at others the output holds 0 or what it should.</summary>
    internal void ApplyWhere(ReadOnlySpan<T> input, bool[] wanted, Span<T> output, WorkContext work)
    {
        work.ThrowIfCancelled();
        if (Count(input.Length, InputLength, output.Length, OutputLength) != 1 || wanted.Length != OutputLength)
        {
            throw new ArgumentException($"{wanted.Length} places are not those of one output of {OutputLength}.", nameof(wanted));
        }

        fixed (T* from = input, to = output)
        {
            ApplyWhere(from, wanted, to, work);
        }
    }

    /// <summary>The same at addresses; an operator that cannot leave out places writes all.</summary>
    internal virtual void ApplyWhere(T* input, bool[] wanted, T* output, WorkContext work) => ApplyOne(input, output, work);

    /// <summary>One input; all of the output is written, whatever it held.</summary>
    private protected abstract void ApplyOne(T* input, T* output, WorkContext work);

    /// <summary>One output; all of the input is written, whatever it held.</summary>
    private protected abstract void ApplyAdjointOne(T* output, T* input, WorkContext work);

    private static int Count(int from, int fromLength, int to, int toLength)
    {
        var count = from / fromLength;
        return from == (long)count * fromLength && to == (long)count * toLength
            ? count
            : throw new ArgumentException(
                $"{from} values in units of {fromLength} do not make {to} in units of {toLength}.");
    }
}
