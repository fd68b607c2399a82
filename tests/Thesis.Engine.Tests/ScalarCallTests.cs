using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Learning;
using Xunit;

namespace Thesis.Engine.Tests;

/// <summary>
/// No call of ours may lead to code that makes a <see cref="TorchSharp.Scalar"/> which nothing holds during the native
/// call, whether we convert the number or TorchSharp does it inside; see <see cref="HeldScalar"/>. That holds for the
/// tests, too: they would fail once in a while. The cmdlets name no type of TorchSharp, which a test of theirs asserts.
/// </summary>
public sealed class ScalarCallTests
{
    private const string Maker = "TorchSharp.Scalar::.ctor(IntPtr)";

    // Converts numbers among a program's arguments; ours are tensors.
    private const string ProgramArguments = "TorchSharp.torch.jit.ScriptModule::DetermineArgumentTypeRefs";

    // Wraps the numbers that a program returns; it holds them.
    private const string ProgramResults = "TorchSharp.torch.jit.ScriptModule::ProcessReturnValue";

    // The helper itself, the examples below, the test that shows what happens without the helper, and the library's
    // optimisers, to whose bits ours are compared.
    private static readonly string[] Exempt =
    [
        $"{typeof(HeldScalar).FullName}::",
        $"{typeof(ScalarCallTests).FullName}.{nameof(Unsafe)}::",
        $"{typeof(HeldScalarTests).FullName}.<>c::<{nameof(HeldScalarTests.A_number_that_nothing_else_refers_to_outlives_collections)}>",
        $"{typeof(OptimiserTests).FullName}::{nameof(OptimiserTests.Steps_have_the_bits_of_the_librarys_optimisers)}(",
    ];

    private static readonly IReadOnlySet<string> Makers = MakersOfScalars();

    [Theory]
    [InlineData(typeof(HeldScalar))]
    [InlineData(typeof(ScalarCallTests))]
    public void Every_number_of_a_native_call_is_held(Type inAssembly)
    {
        var unheld = Unheld(inAssembly.Assembly.Location)
            .Where(call => !Array.Exists(Exempt, prefix => call.Caller.StartsWith(prefix, StringComparison.Ordinal)))
            .Select(call => $"{call.Caller} calls {call.Called}");
        Assert.True(!unheld.Any(), $"Give the number as Held(...), or sum by Plus:\n{string.Join('\n', unheld)}");
    }

    [Theory]
    [InlineData(nameof(Unsafe.Converts), "TorchSharp.Scalar::op_Implicit(Double)")]
    [InlineData(nameof(Unsafe.Multiplies), "TorchSharp.torch.Tensor::op_Multiply(TorchSharp.torch.Tensor, Double)")]
    [InlineData(nameof(Unsafe.Adds), "TorchSharp.torch.Tensor::op_Addition(TorchSharp.torch.Tensor, TorchSharp.torch.Tensor)")]
    [InlineData(nameof(Unsafe.Optimises), "TorchSharp.torch.optim::Adam")]
    [InlineData(nameof(Unsafe.Normalises), "TorchSharp.torch.nn::BatchNorm2d")]
    public void A_call_that_converts_is_found(string caller, string called)
    {
        var calls = Unheld(typeof(ScalarCallTests).Assembly.Location)
            .Where(call => call.Caller.Contains($"{nameof(Unsafe)}::{caller}(", StringComparison.Ordinal));
        Assert.Contains(calls, call => call.Called.StartsWith(called, StringComparison.Ordinal));
    }

    private static IEnumerable<(string Caller, string Called)> Unheld(string assembly) =>
        new CallGraph(assembly).Calls
            .SelectMany(entry => entry.Value.Where(Makers.Contains).Select(called => (entry.Key, called)))
            .Order();

    private static IReadOnlySet<string> MakersOfScalars()
    {
        var graph = new CallGraph(typeof(TorchSharp.Scalar).Assembly.Location);
        var found = graph.Reaching(
            method => method == Maker,
            method => method.StartsWith(ProgramArguments, StringComparison.Ordinal)
                || method.StartsWith(ProgramResults, StringComparison.Ordinal));
        Assert.NotEmpty(found);
        return found;
    }

    // Is read, not run.
    private static class Unsafe
    {
        public static void Converts(TorchSharp.torch.Tensor x) => x.add_(x, alpha: 0.25);

        public static TorchSharp.torch.Tensor Multiplies(TorchSharp.torch.Tensor x) => x * 2.0;

        public static TorchSharp.torch.Tensor Adds(TorchSharp.torch.Tensor x) => x + x;

        public static object Optimises(TorchSharp.Modules.Parameter[] parameters) => TorchSharp.torch.optim.Adam(parameters);

        public static object Normalises() => TorchSharp.torch.nn.BatchNorm2d(3);
    }
}
