using Thesis.Engine.Learning;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

public sealed class GenerativeLossTests : IDisposable
{
    private readonly IDisposable _scope;

    public GenerativeLossTests()
    {
        TorchBackend.EnsureLoaded();
        _scope = NewDisposeScope();
    }

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void The_losses_of_the_inverter_are_the_reference_in_every_form()
    {
        var (images, made) = (ReferenceVectors.Of("il_xs"), ReferenceVectors.Of("il_xr"));
        var (codes, found) = (ReferenceVectors.Of("il_z"), ReferenceVectors.Of("il_zh"));
        var (real, fake) = (ReferenceVectors.Of("il_dreal"), ReferenceVectors.Of("il_dfake"));
        Same("sem_paper_max(sum_sq,eta)_mean", InverterLosses.PrintedSemantic(images, made, Expected("eta")));
        Same("sem_released_code_relu(mean_over_rows|.|-0.07)_mean", InverterLosses.CodeSemantic(images, made, 0.07));
        Same("lat_mean_sq", InverterLosses.CodeLatent(codes, found));
        Same("lat_sum_sq_mean", InverterLosses.PrintedLatent(codes, found));
        Same("disc_bce", InverterLosses.Discriminator(real, fake));
        Same("enc_nonsaturating", InverterLosses.Adversarial(fake));
        Same("enc_released_code(const-mean logit)", InverterLosses.CodeAdversarial(fake).Plus(Held(Math.Log(1 + Math.E))));
        Same("hinge_d", GenerativeLosses.HingeCritic(real, fake));
        Same("hinge_g", GenerativeLosses.Generator(fake));
    }

    [Fact]
    public void The_gradient_penalty_is_that_of_a_linear_critic_and_reaches_its_weights()
    {
        // D(x) = w x has the gradient w everywhere: the penalty is (norm(w) - 1)^2.
        var weight = tensor([0.6, -1.1, 0.3, 2.0]).requires_grad_();
        var images = rand([3, 1, 2, 2], ScalarType.Float64);
        var made = rand([3, 1, 2, 2], ScalarType.Float64);
        var penalty = GenerativeLosses.GradientPenalty(
            points => points.flatten(1).mv(weight), images, made, tensor([0.1, 0.5, 0.9]));
        var norm = Math.Sqrt(0.36 + 1.21 + 0.09 + 4);
        Assert.Equal(Math.Pow(norm - 1, 2), penalty.item<double>(), 1e-12);
        var gradient = autograd.grad([penalty], [weight])[0];
        var expected = weight.detach().mul(Held(2 * (norm - 1) / norm));
        Assert.True((gradient - expected).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void The_losses_of_ali_are_those_of_plain_arithmetic()
    {
        var (encoded, generated) = (tensor([0.3, -1.2]), tensor([0.7, 2.0]));
        Assert.Equal(2.6238758858674944, InferenceLosses.PairCritic(encoded, generated).item<double>(), 1e-12);
        Assert.Equal(0.8238758858674944, InferenceLosses.PairPlayers(encoded, generated).item<double>(), 1e-12);
    }

    [Fact]
    public void The_divergence_of_age_is_that_of_plain_arithmetic_and_nothing_for_the_prior()
    {
        var codes = tensor([1.0, -0.5, 0.25, 0.2, 0.4, -1.5, -0.7, 1.1, 0.6, 0.3, -0.2, 0.9], [4, 3]);
        Assert.Equal(0.1370588212839834, InferenceLosses.Divergence(codes).item<double>(), 1e-12);
        // Means of 0 and deviations of 1.
        Assert.Equal(0, InferenceLosses.Divergence(tensor([1.0, -1, 1, 1, -1, 1, -1, -1], [4, 2])).item<double>(), 1e-12);
        var leaf = codes.clone().requires_grad_();
        FiniteDifferences.Check(
            codes, autograd.grad([InferenceLosses.Divergence(InferenceLosses.OnSphere(leaf))], [leaf])[0],
            at => InferenceLosses.Divergence(InferenceLosses.OnSphere(at)), 1e-6, 1e-7);
        Assert.True(InferenceLosses.OnSphere(codes).norm(1).sub(Held(Math.Sqrt(3))).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void A_discriminator_of_pairs_looks_at_both()
    {
        using var generator = new Generator(3, CPU);
        using var discriminator = new PairDiscriminator(GenerativeArchitecture.Find("dcgan28"), new(1, 28, 28), 2, 5, CPU);
        discriminator.Initialise(generator);
        var pairs = empty(3, 784 + 5).uniform_(0, 1, generator).requires_grad_();
        var slope = autograd.grad([discriminator.forward(pairs).sum()], [pairs])[0];
        Assert.Equal([3L, 1], discriminator.forward(pairs).shape);
        Assert.True(slope[.., ..784].abs().sum().item<float>() > 0);
        Assert.True(slope[.., 784..].abs().sum().item<float>() > 0);
        var (images, codes) = (rand([3, 1, 28, 28]), rand([3, 5]));
        Assert.True((PairDiscriminator.Pairs(images, codes)[1, 784..] - codes[1]).abs().max().item<float>() == 0);
    }

    [Fact]
    public void Spectral_normalisation_is_the_reference_after_each_power_iteration()
    {
        var (weight, expected) = (ReferenceVectors.Of("sn_w"), ReferenceVectors.Of("sn_sigma_1to5"));
        using var layer = new SpectralNormalisation(6, ScalarType.Float64);
        layer.state_dict()["u"].copy_(ReferenceVectors.Of("sn_u"));
        for (var step = 0; step < 5; step++)
        {
            var sigma = (weight / layer.forward(weight)).mean().item<double>();
            Assert.Equal(expected[step].item<double>(), sigma, 1e-10);
        }

        Assert.True(ReferenceVectors.Distance(layer.state_dict()["u"], "sn_u5") < 1e-12);
    }

    private static double Expected(string name) =>
        ReferenceVectors.Statistics.GetProperty("invgan_losses").GetProperty(name).GetDouble();

    private static void Same(string name, Tensor actual) => Assert.Equal(Expected(name), actual.item<double>(), 1e-12);
}
