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
