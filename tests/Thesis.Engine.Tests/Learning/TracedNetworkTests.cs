using Thesis.Engine.Data;
using Thesis.Engine.Learning.TorchScript;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using TorchSharp;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Learning;

/// <summary>Traced programs as lists of calls, beside the library's interpreter.</summary>
public sealed class TracedNetworkTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public TracedNetworkTests() => TorchBackend.EnsureLoaded();

    public void Dispose() => _folder.Dispose();

    [Theory]
    // Of 13 calls two normalisations are folded, of 33 eight.
    [InlineData("cnn", 11)]
    [InlineData("residual", 25)]
    public void A_traced_network_gives_the_programs_logits_and_gradients(string name, int steps)
    {
        using var scope = NewDisposeScope();
        var path = TestFolder.Onnx(name + ".pt");
        using var module = jit.load<Tensor, Tensor>(path);
        module.to(ScalarType.Float64);
        module.eval();
        foreach (var parameter in module.parameters()) parameter.requires_grad_(false);
        using var network = TracedNetwork.TryBuild(path, module, WorkContext.Default, out var reason);
        Assert.Null(reason);
        Assert.Equal(steps, network!.StepCount);
        using var generator = new Generator(1, CPU);
        var images = rand([5, 1, 28, 28], ScalarType.Float64, CPU, generator: generator);
        var (theirs, own) = (GradientOf(module.forward, images), GradientOf(network.Forward, images));
        Assert.InRange((own.Logits - theirs.Logits).abs().max().item<double>(), 0, 1e-9);
        Assert.InRange((own.Gradient - theirs.Gradient).abs().max().item<double>(), 0, 1e-9);
        Assert.True(theirs.Gradient.abs().max().item<double>() > 1e-3);
    }

    [Theory]
    [InlineData("_0 = torch.relu(x)", "return _0", null)]
    [InlineData("_0 = torch.view(x, [int(ops.prim.NumToTensor(torch.size(x, 0))), -1])", "return _0", null)]
    [InlineData("_0 = torch.sub(torch.mul(x, 2), -0.5)", "return _0", null)]
    [InlineData("_0 = torch.fft_fft(x)", "return _0", "torch.fft_fft is not covered")]
    [InlineData("a, b, = torch.unbind(x)", "return a", "no plain statement")]
    [InlineData("if torch.eq(x, x):", "return x", "no plain statement")]
    [InlineData("_0 = torch.dropout(x, 0.5, True)", "return _0", "training mode")]
    [InlineData("_0 = self.secret", "return _0", "secret is not covered")]
    [InlineData("_0 = torch.add(x, CONSTANTS.c7)", "return _0", "c7 is not in the file")]
    [InlineData("_0 = torch.add(x, x, alpha=2)", "return _0", "no plain call")]
    [InlineData("_0 = torch.relu(x", "return _0", "no plain call")]
    [InlineData("_0 = y", "return _0", "the name y is not covered")]
    public void What_is_not_covered_is_left_to_the_library(string first, string second, string? reason)
    {
        using var scope = NewDisposeScope();
        using var module = jit.load<Tensor, Tensor>(TestFolder.Onnx("cnn.pt"));
        using var network = TracedNetwork.TryBuild(Program($"    {first}\n    {second}\n"), module, WorkContext.Default, out var said);
        var images = arange(Held(-4), Held(4), Held(1), ScalarType.Float32).view(2, 1, 2, 2);
        if (reason is not null && network is null)
        {
            Assert.Contains(reason, said, StringComparison.Ordinal);
            return;
        }

        if (reason is not null)
        {
            Assert.Contains(reason, Assert.Throws<TracedException>(() => network!.Forward(images)).Message, StringComparison.Ordinal);
            return;
        }

        using var expected = first.Contains("relu", StringComparison.Ordinal) ? images.clamp_min(Held(0))
            : first.Contains("view", StringComparison.Ordinal) ? images.view(2, 4) : images.mul(Held(2)).sub(Held(-0.5));
        Assert.Equal(expected.shape, network!.Forward(images).shape);
        Assert.Equal(0, (network.Forward(images) - expected).abs().max().item<float>());
    }

    [Fact]
    public void Modules_that_hold_each_other_end()
    {
        using var module = jit.load<Tensor, Tensor>(TestFolder.Onnx("cnn.pt"));
        var text = "class A(Module):\n  a : __torch__.A\n  def forward(self: __torch__.A,\n    x: Tensor) -> Tensor:\n    a = self.a\n    return (a).forward(x, )\n";
        Assert.Null(TracedNetwork.TryBuild(Archive(text), module, WorkContext.Default, out var reason));
        Assert.NotNull(reason);
        var nested = "class R(Module):\n  a : __torch__.A\n  def forward(self: __torch__.R,\n    x: Tensor) -> Tensor:\n    a = self.a\n    return (a).forward(x, )\n";
        Assert.Null(TracedNetwork.TryBuild(Archive(text + nested), module, WorkContext.Default, out reason));
        Assert.Contains("nested too deep", reason, StringComparison.Ordinal);
        var deep = $"    return {string.Concat(Enumerable.Repeat("torch.relu(", 5000))}x{new string(')', 5000)}\n";
        Assert.Null(TracedNetwork.TryBuild(Program(deep), module, WorkContext.Default, out reason));
    }

    [Fact]
    public void A_program_is_loaded_once_for_a_session_and_goes_with_its_last_user()
    {
        var options = new ClassifierLoadOptions { TrustedCode = true, ImageShape = new ImageShape(1, 28, 28) };
        var copy = _folder["copy.pt"];
        File.Copy(TestFolder.Onnx("cnn.pt"), copy);
        var said = new List<string>();
        var work = WorkContext.Default with { Verbose = said.Add };
        var (first, second) = (ClassifierLoader.Load(TestFolder.Onnx("cnn.pt"), options, work), ClassifierLoader.Load(copy, options, work));
        Assert.Equal(("cnn", "copy"), (first.Name, second.Name));
        Assert.True(said.Count <= 1);
        using var images = zeros(1, 1, 28, 28);
        first.Dispose();
        first.Dispose();
        foreach (var other in (string[])["residual", "transformer"]) ClassifierLoader.Load(TestFolder.Onnx(other + ".pt"), options, work).Dispose();
        using var double2 = ClassifierLoader.Load(copy, options with { DoublePrecision = true }, work);
        Assert.Equal(ScalarType.Float64, double2.ElementType);
        using (var logits = second.Logits(images)) Assert.Equal([1L, 10], logits.shape);
        second.Dispose();
        using var again = ClassifierLoader.Load(copy, options, work);
        using var same = again.Logits(images);
        Assert.True(same.isfinite().all().item<bool>());
    }

    private static (Tensor Logits, Tensor Gradient) GradientOf(Func<Tensor, Tensor> network, Tensor images)
    {
        var leaf = images.detach().requires_grad_();
        var logits = network(leaf);
        return (logits.detach(), autograd.grad([logits.logsumexp(1, keepdim: false).sum()], [leaf])[0]);
    }

    private string Program(string body) =>
        Archive($"class A(Module):\n  training : bool\n  def forward(self: __torch__.A,\n    x: Tensor) -> Tensor:\n{body}");

    private string Archive(string code)
    {
        var path = _folder[$"{Guid.NewGuid()}.pt"];
        File.Copy(TestFolder.Onnx("cnn.pt"), path);
        using var zip = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Update);
        foreach (var entry in zip.Entries.Where(entry => entry.FullName.Contains("/code/", StringComparison.Ordinal)).ToArray()) entry.Delete();
        using var writer = new StreamWriter(zip.CreateEntry("cnn/code/__torch__.py").Open());
        writer.Write(code);
        return path;
    }
}
