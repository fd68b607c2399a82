using Thesis.Engine.Runtime;
using TorchSharp;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning.TorchScript;

/// <summary>The arguments of an operator, as the program gives them; what it leaves out has the operator's default.</summary>
internal readonly struct TracedCall(string name, object?[] values)
{
    /// <summary>How many there are.</summary>
    public int Count => values.Length;

    /// <summary>A tensor.</summary>
    public Tensor Tensor(int at) => At(at) as Tensor ?? throw NotCovered($"its argument {at} is no tensor");

    /// <summary>A tensor, or null.</summary>
    public Tensor? Optional(int at) => At(at) is null ? null : Tensor(at);

    /// <summary>A number.</summary>
    public double Number(int at, double otherwise) => At(at) switch
    {
        null => otherwise,
        double number => number,
        long whole => whole,
        _ => throw NotCovered($"its argument {at} is no number"),
    };

    /// <summary>A whole number.</summary>
    public long Whole(int at, long otherwise) => At(at) switch
    {
        null => otherwise,
        long whole => whole,
        _ => throw NotCovered($"its argument {at} is no whole number"),
    };

    /// <summary>Whole numbers.</summary>
    public long[] Wholes(int at) => At(at) switch
    {
        long whole => [whole],
        object?[] items when Array.TrueForAll(items, item => item is long) => Array.ConvertAll(items, item => (long)item!),
        _ => throw NotCovered($"its argument {at} is no list of whole numbers"),
    };

    /// <summary>A truth value.</summary>
    public bool Flag(int at, bool otherwise) => At(at) switch
    {
        null => otherwise,
        bool flag => flag,
        _ => throw NotCovered($"its argument {at} is no truth value"),
    };

    /// <summary>An argument as it is; null where it is left out.</summary>
    public object? At(int at) => at < values.Length ? values[at] : null;

    /// <summary>A call that means something that is not covered.</summary>
    public TracedException NotCovered(string reason) => new($"torch.{name}: {reason}");
}

/// <summary>
/// The operators of traced image classifiers, by the library's functions that the program itself would call. One that is
/// not here, or an argument that is not, leaves the program to the library.
/// </summary>
internal static class TracedOperators
{
    /// <summary>The operators by name.</summary>
    public static IReadOnlyDictionary<string, Func<TracedCall, object>> All { get; } = new Dictionary<string, Func<TracedCall, object>>
    {
        ["_convolution"] = call => call.Flag(6, false)
            ? throw call.NotCovered("it is transposed")
            : Convolution(call, groups: 8),
        ["conv2d"] = call => Convolution(call, groups: 6),
        ["batch_norm"] = call => call.Flag(5, true)
            ? throw call.NotCovered("it is in training mode")
            : nn.functional.batch_norm(
                call.Tensor(0), call.Tensor(3), call.Tensor(4), call.Optional(1), call.Optional(2), training: false,
                eps: call.Number(7, 1e-5)),
        ["linear"] = call => nn.functional.linear(call.Tensor(0), call.Tensor(1), call.Optional(2)),
        ["relu"] = call => nn.functional.relu(call.Tensor(0)),
        ["leaky_relu"] = call => call.Tensor(0).leaky_relu(Held(call.Number(1, 0.01))),
        ["silu"] = call => nn.functional.silu(call.Tensor(0)),
        ["sigmoid"] = call => call.Tensor(0).sigmoid(),
        ["tanh"] = call => call.Tensor(0).tanh(),
        ["hardtanh"] = call => call.Tensor(0).clamp(Held(call.Number(1, -1)), Held(call.Number(2, 1))),
        ["softmax"] = call => nn.functional.softmax(call.Tensor(0), call.Whole(1, -1)),
        ["log_softmax"] = call => nn.functional.log_softmax(call.Tensor(0), call.Whole(1, -1)),
        ["max_pool2d"] = call => nn.functional.max_pool2d(
            call.Tensor(0), call.Wholes(1), Stride(call), call.Count > 3 ? call.Wholes(3) : null,
            call.Count > 4 ? call.Wholes(4) : null, call.Flag(5, false)),
        ["avg_pool2d"] = call => call.At(6) is not null
            ? throw call.NotCovered("its divisor is given")
            : nn.functional.avg_pool2d(
                call.Tensor(0), call.Wholes(1), Stride(call), call.Count > 3 ? call.Wholes(3) : null, call.Flag(4, false),
                call.Flag(5, true)),
        ["adaptive_avg_pool2d"] = call => call.Wholes(1) is [var rows, var columns]
            ? nn.functional.adaptive_avg_pool2d(call.Tensor(0), [rows, columns])
            : throw call.NotCovered("its size is none"),
        ["flatten"] = call => call.Tensor(0).flatten(call.Whole(1, 0), call.Whole(2, -1)),
        ["dropout"] = call => call.Flag(2, true) ? throw call.NotCovered("it is in training mode") : call.Tensor(0).alias(),
        ["view"] = call => call.Tensor(0).view(call.Wholes(1)),
        ["reshape"] = call => call.Tensor(0).reshape(call.Wholes(1)),
        ["permute"] = call => call.Tensor(0).permute(call.Wholes(1)),
        ["transpose"] = call => call.Tensor(0).transpose(call.Whole(1, 0), call.Whole(2, 1)),
        ["matmul"] = call => call.Tensor(0).matmul(call.Tensor(1)),
        ["mean"] = call => call.Tensor(0).mean(call.Wholes(1), keepdim: call.Flag(2, false)),
        ["size"] = call => call.Tensor(0).shape[call.Whole(1, 0)],
        ["add"] = call => call.At(1) is Tensor other ? call.Tensor(0).Plus(other) : call.Tensor(0).Plus(Operand(call)),
        ["sub"] = call => call.At(1) is Tensor other ? call.Tensor(0).sub(other) : call.Tensor(0).sub(Operand(call)),
        ["mul"] = call => call.At(1) is Tensor other ? call.Tensor(0).mul(other) : call.Tensor(0).mul(Operand(call)),
        ["div"] = call => call.At(1) is Tensor other ? call.Tensor(0).div(other) : call.Tensor(0).div(Operand(call)),
    };

    private static Tensor Convolution(TracedCall call, int groups)
    {
        var input = call.Tensor(0);
        if (input.dim() != 4) throw call.NotCovered("it is not of images");
        return nn.functional.conv2d(
            input, call.Tensor(1), call.Optional(2), call.Wholes(3), call.Wholes(4), call.Wholes(5), call.Whole(groups, 1));
    }

    private static long[]? Stride(TracedCall call) => call.Count > 2 && call.Wholes(2) is { Length: > 0 } stride ? stride : null;

    // A whole number leaves the type of a tensor as it is, as in the program.
    private static Scalar Operand(TracedCall call) =>
        call.Count != 2 ? throw call.NotCovered("it has a factor") : call.At(1) is long whole ? Held(whole) : Held(call.Number(1, 0));
}
