using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Robustness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Faces;

/// <summary>The L2-constrained softmax loss: its gradient, its features' length, and the bound on the length.</summary>
public sealed class IdentityHeadTests
{
    private const int Identities = 5;
    private const int Dimension = 7;

    public IdentityHeadTests() => TorchBackend.EnsureLoaded();

    [Theory]
    [InlineData(50.0)]
    [InlineData(4.0)]
    [InlineData(null)]
    public void The_gradient_is_the_slope(double? alpha)
    {
        using var scope = NewDisposeScope();
        var (head, features, labels) = Problem(alpha);
        Tensor Loss(Tensor at) => nn.functional.cross_entropy(head.forward(at), labels);
        var leaf = features.detach().requires_grad_();
        FiniteDifferences.Check(features, autograd.grad([Loss(leaf)], [leaf])[0], Loss, 1e-6, 1e-6);
        foreach (var parameter in head.parameters())
        {
            var begun = parameter.detach().clone();
            var gradient = autograd.grad([Loss(features)], [parameter])[0];
            FiniteDifferences.Check(begun, gradient, Moved, 1e-6, 1e-6);

            Tensor Moved(Tensor value)
            {
                using var guard = no_grad();
                parameter.copy_(value);
                var loss = Loss(features);
                parameter.copy_(begun);
                return loss;
            }
        }
    }

    // alpha / |f| (I - u u') W' (p - y) / N, written out.
    [Fact]
    public void The_gradient_is_its_closed_form()
    {
        using var scope = NewDisposeScope();
        const double Alpha = 12;
        var (head, features, labels) = Problem(Alpha);
        var leaf = features.detach().requires_grad_();
        var found = autograd.grad([nn.functional.cross_entropy(head.forward(leaf), labels)],
            [leaf])[0].data<double>().ToArray();
        var (f, y) = (features.data<double>().ToArray(), labels.data<long>().ToArray());
        var w = head.state_dict()["fc.weight"].data<double>().ToArray();
        var b = head.state_dict()["fc.bias"].data<double>().ToArray();
        for (var n = 0; n < y.Length; n++)
        {
            var feature = f[(n * Dimension)..((n + 1) * Dimension)];
            var length = Math.Sqrt(feature.Sum(value => value * value));
            double[] u = [.. feature.Select(value => value / length)];
            double[] odds =
                [.. Enumerable.Range(0, Identities).Select(c =>
                    Math.Exp(b[c] + (Alpha * Enumerable.Range(0, Dimension).Sum(k => w[(c * Dimension) + k] * u[k]))))];
            double[] pull = [.. Enumerable.Range(0, Dimension).Select(k => Enumerable.Range(0, Identities)
                .Sum(c => w[(c * Dimension) + k] * ((odds[c] / odds.Sum()) - (c == y[n] ? 1 : 0))))];
            var along = pull.Zip(u, (a, c) => a * c).Sum();
            for (var k = 0; k < Dimension; k++)
            {
                Assert.Equal(Alpha / length * (pull[k] - (along * u[k])) / y.Length, found[(n * Dimension) + k], 1e-12);
            }
        }
    }

    [Theory]
    [InlineData(50)]
    [InlineData(0.5)]
    public void Features_have_the_length_alpha_before_the_last_layer(double alpha)
    {
        using var scope = NewDisposeScope();
        // From a thousandth to a thousand.
        var features =
            randn([9, Dimension], ScalarType.Float64) * pow(tensor(10.0),
                linspace(-3, 3, 9, ScalarType.Float64)).unsqueeze(1);
        var constrained = IdentityHead.Constrain(features, alpha);
        Assert.All(constrained.norm(1).data<double>().ToArray(), length => Assert.Equal(alpha, length, 1e-9 * alpha));
        // The direction stays.
        Assert.All(nn.functional.cosine_similarity(features, constrained, 1).data<double>().ToArray(), cosine =>
            Assert.Equal(1, cosine, 1e-12));
        var free = IdentityHead.Constrain(features, null);
        Assert.Equal(features.data<double>().ToArray(), free.data<double>().ToArray());
    }

    [Fact]
    public void A_feature_of_zeros_has_a_loss_and_a_gradient()
    {
        using var scope = NewDisposeScope();
        var (head, _, labels) = Problem(50);
        var leaf = zeros([labels.shape[0], Dimension], ScalarType.Float64).requires_grad_();
        var loss = nn.functional.cross_entropy(head.forward(leaf), labels);
        Assert.True(double.IsFinite(loss.item<double>()));
        Assert.True(autograd.grad([loss], [leaf])[0].isfinite().all().item<bool>());
    }

    // Opposite pairs along the axes: a face of the first class has the logits alpha, -alpha and C - 2 times 0.
    [Theory]
    [InlineData(79, 0.9)]
    [InlineData(57_440, 0.9)]
    [InlineData(10, 0.99)]
    public void The_least_alpha_gives_the_probability(int identities, double probability)
    {
        var alpha = IdentityHead.LeastAlpha(identities, probability);
        var reached = Math.Exp(alpha) / (Math.Exp(alpha) + Math.Exp(-alpha) + identities - 2);
        Assert.Equal(probability, reached, 2e-3);
        Assert.Equal(0, IdentityHead.LeastAlpha(2, probability));
    }

    private static (IdentityHead Head, Tensor Features, Tensor Labels) Problem(double? alpha)
    {
        var head = new IdentityHead(Dimension, Identities, alpha, CPU);
        using var generator = new Generator(8, CPU);
        head.Initialise(generator);
        head.to(ScalarType.Float64);
        using (no_grad())
        {
            foreach (var parameter in head.parameters()) parameter.normal_(0, 0.3, generator);
        }

        return (head, empty([4, Dimension], ScalarType.Float64).normal_(0, 2, generator), tensor((long[])[0, 3, 4, 3]));
    }
}
