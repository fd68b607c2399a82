using System.Security.Cryptography;
using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Benchmarks;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>The models that come with the module, on images of their own generator.</summary>
public sealed class OwnModelTests : IDisposable
{
    private const int Samples = 40;

    private readonly IDisposable _scope;
    private readonly GenerativeModel _generator;
    private readonly Tensor _codes;

    public OwnModelTests()
    {
        TorchBackend.EnsureLoaded();
        _scope = NewDisposeScope();
        (_generator, _) = GenerativeFile.LoadGenerator(OwnModels.Find("mnist-generator")!, WorkContext.Default);
        _codes = GenerativeModel.Codes(Samples, _generator.LatentLength, new SeededRandom(11L), CPU);
    }

    public void Dispose()
    {
        _generator.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Their_files_are_those_of_the_card_and_small()
    {
        Assert.Equal(["mnist-classifier", "mnist-defensegan", "mnist-generator", "mnist-inverter", "mnist-invgan"], OwnModels.Names);
        Assert.Null(OwnModels.Find("mnist"));
        var card = File.ReadAllText(Repository.Path("module", "Robustness", "Models", "mnist.md"));
        var bytes = 0L;
        foreach (var name in (string[])["mnist-classifier", "mnist-generator", "mnist-inverter"])
        {
            var content = File.ReadAllBytes(OwnModels.Find(name)!);
            Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(content)), card, StringComparison.Ordinal);
            bytes += content.Length;
        }

        Assert.InRange(bytes, 1, 6_000_000);
    }

    [Fact]
    public void The_inverter_finds_codes_of_the_same_image_and_class()
    {
        using var none = no_grad();
        using var inverter = GenerativeFile.LoadInverter(OwnModels.Find("mnist-inverter")!, _generator, WorkContext.Default);
        using var classifier = ClassifierLoader.Load(OwnModels.Find("mnist-classifier")!, new ClassifierLoadOptions(), WorkContext.Default);
        var images = _generator.Images(_codes);
        var found = inverter.Codes(images);
        var made = _generator.Images(found);
        // Two samples differ by .13.
        Assert.InRange((images - made).pow(Held(2)).mean().item<float>(), 0, 0.02);
        var same = classifier.Logits(images).argmax(1).eq(classifier.Logits(made).argmax(1)).sum().item<long>();
        Assert.InRange(same, 0.75 * Samples, Samples);
    }

    [Fact]
    public void A_deterministic_projection_is_no_model_whose_logits_depend_on_the_batch()
    {
        using var none = no_grad();
        using var defended = ClassifierLoader.Load(OwnModels.Find("mnist-invgan")!, new ClassifierLoadOptions(), WorkContext.Default);
        Assert.False(defended.IsRandom);
        var pixels = _generator.Images(_codes[..8]).contiguous().data<float>().ToArray();
        var images = new LabelledImages(_generator.ImageShape, pixels, new int[8], [.. defended.ClassNames], "samples");
        ClassifierFit.RequireOwnLogits(defended, images, WorkContext.Default);
    }
}
