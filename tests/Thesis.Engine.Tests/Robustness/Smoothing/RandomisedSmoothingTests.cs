using MathNet.Numerics.Distributions;
using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>
/// Smoothing of a half-space: the share of the copies on the right side is Phi(d / sigma), d the distance of the image from the
/// plane, and the radius that infinitely many draws certify is d (Cohen et al. 2019, appendix B).
/// </summary>
public sealed class RandomisedSmoothingTests
{
    private const double Range = Epsilon.PixelRange;

    private static readonly float[] Distances = [0.01f, 0.1f, 0.2f, 0.4f];

    [Fact]
    public void A_half_space_is_certified_up_to_its_plane()
    {
        var options = new SmoothingOptions { Sigma = 0.25 * Range, Draws = 2000, Alpha = 0.001, SelectionDraws = 50, Seed = 3 };
        var report = Certify(options);
        for (var i = 0; i < Distances.Length; i++)
        {
            var share = Normal.CDF(0, 1, Distances[i] / 0.25);
            var image = report.Images[i];
            // Five deviations of a binomial.
            Assert.InRange(image.Votes / 2000.0, share - (5 * Math.Sqrt(share * (1 - share) / 2000)), share + (5 * Math.Sqrt(share * (1 - share) / 2000)));
            Assert.Equal(CertifiedRadius.Of(image.Votes, 2000, 0.001, options.Sigma), image.Certificate);
            if (image.Certificate.Radius is { } radius) Assert.InRange(radius, 0, Distances[i] * Range);
        }

        // Of the nearest, Phi(.04) = .516: a share whose bound at 2,000 draws is .481, too low for a certificate.
        Assert.True(report.Images[0].Abstains);
        Assert.All(report.Images.Skip(1), image => Assert.False(image.Abstains));
        Assert.True(report.Images[3].Certificate.Radius > 0.8 * Distances[3] * Range);
        Assert.Equal(0.25, report.Abstained);
        Assert.Equal((3, 2), (report.RightWithin(0), report.RightWithin(0.12 * Range)));
        Assert.Equal(report.Images.Sum(image => image.Certificate.Radius ?? 0) / 4, report.MeanRadius, 1e-12);
    }

    [Fact]
    public void Batches_change_no_draw_and_seeds_do()
    {
        var options = new SmoothingOptions { Sigma = 0.25 * Range, Draws = 60, SelectionDraws = 10 };
        var votes = Votes(options);
        Assert.Equal(votes, Votes(options with { BatchSize = 7 }));
        Assert.NotEqual(votes, Votes(options with { Seed = 2 }));
        // The copies that choose are none of those that bound.
        Assert.NotEqual(votes, Votes(options with { SelectionDraws = 11 }));
    }

    [Fact]
    public void An_image_of_another_class_is_certified_and_wrong()
    {
        var report = Certify(new SmoothingOptions { Sigma = 0.1 * Range, Draws = 200, SelectionDraws = 10 }, label: 0);
        Assert.False(report.Images[3].Abstains);
        Assert.Equal((1, 0), (report.Images[3].Chosen, report.RightWithin(0)));
        Assert.Equal(0, report.MeanRadius);
    }

    [Fact]
    public void Logits_that_are_no_numbers_get_no_vote()
    {
        var report = Certify(new SmoothingOptions { Sigma = 0.25 * Range, Draws = 100, SelectionDraws = 10 }, bias: float.NaN);
        Assert.All(report.Images, image => Assert.Equal((0, true), (image.Votes, image.Abstains)));
    }

    private static int[] Votes(SmoothingOptions options) => [.. Certify(options).Images.Select(image => image.Votes)];

    private static SmoothingReport Certify(SmoothingOptions options, int label = 1, float bias = -0.5f)
    {
        TorchBackend.EnsureLoaded();
        // The normal of the plane has length 1: the distance from it is that of the first pixel from .5.
        var pixels = Distances.SelectMany(distance => new[] { 0.5f + distance, 0.3f, 0.9f, 0 }).ToArray();
        var images = new LabelledImages(new ImageShape(1, 2, 2), pixels, [label, label, label, label], ["below", "above"], "points");
        using var plane = new HalfSpace(bias);
        return RandomisedSmoothing.Certify(plane, images, options, WorkContext.Default);
    }

    private sealed class HalfSpace(float bias) : ImageClassifier
    {
        public override string Name => "half-space";

        public override ImageShape ImageShape => new(1, 2, 2);

        public override int ClassCount => 2;

        public override Device Device => CPU;

        public override ScalarType ElementType => ScalarType.Float64;

        public override bool IsDifferentiable => false;

        public override Tensor Logits(Tensor images)
        {
            using var scope = NewDisposeScope();
            using var offset = tensor((double)bias);
            var above = images.flatten(1)[.., 0].add(offset, Held(1));
            return stack([zeros_like(above), above], 1).MoveToOuterDisposeScope();
        }

        public override Tensor Features(Tensor images) => Logits(images);

        protected override void Dispose(bool disposing)
        {
        }
    }
}
