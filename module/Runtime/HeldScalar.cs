using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Runtime;

/// <summary>
/// Numbers for native calls, and the sums that need one.
/// <para>
/// TorchSharp turns a number into a <see cref="Scalar"/>, takes its native handle and calls native code; from then on
/// nothing refers to the Scalar, and a collection on another thread lets its finalizer free the value while the native
/// code still reads it. The call then fails ("Unknown scalar type", "Expected false to be true") or computes with another
/// number. So no number is converted implicitly here: <see cref="Held(double)"/> keeps the last Scalars of each thread.
/// That is enough, since a native call reads its Scalars on the thread that calls, before it returns, and a call has a
/// handful of them; a thread that ended makes no call.
/// </para>
/// <para>
/// A Scalar is for the call that it is written in. It is disposed when it leaves the ring, not left to the finalizer: one
/// that was stored and is used too late is then refused by an exception each time, where it would be read after its
/// release once in a million.
/// </para>
/// <para>
/// TorchSharp's own methods convert, too: every operator with a number, <c>a + b</c> (its factor of b is a Scalar),
/// <c>square</c>, <c>arange</c> without a step, the optimisers, <c>BatchNorm2d</c>. A test reads the IL of TorchSharp and
/// of this assembly and names each call of ours that leads to such a conversion.
/// </para>
/// </summary>
internal static class HeldScalar
{
    /// <summary>How many Scalars of a thread are kept.</summary>
    internal const int Kept = 256;

    [ThreadStatic]
    private static Scalar?[]? _ring;

    [ThreadStatic]
    private static int _oldest;

    /// <summary>A number, for the call that it is written in.</summary>
    public static Scalar Held(double value) => Hold(value);

    /// <summary>A whole number, which leaves the type of integer tensors as it is.</summary>
    public static Scalar Held(long value) => Hold(value);

    /// <summary>left + right.</summary>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, Held(1));

    /// <summary>left + right, a number.</summary>
    public static Tensor Plus(this Tensor left, Scalar right) => left.add(right, Held(1));

    /// <summary>Adds in place, and returns the same tensor.</summary>
    public static Tensor Plus_(this Tensor left, Tensor right) => left.add_(right, Held(1));

    /// <summary>Adds a number in place, and returns the same tensor.</summary>
    public static Tensor Plus_(this Tensor left, Scalar right) => left.add_(right, Held(1));

    private static Scalar Hold(Scalar scalar)
    {
        var ring = _ring ??= new Scalar?[Kept];
        ring[_oldest]?.Dispose();
        ring[_oldest] = scalar;
        _oldest = (_oldest + 1) % Kept;
        return scalar;
    }
}
