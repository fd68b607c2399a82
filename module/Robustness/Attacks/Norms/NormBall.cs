using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The images within a budget of others and within [0, 1], in one norm: what projects onto them, which step of length 1
/// raises a linear loss most, and where AutoAttack starts.
/// </summary>
internal abstract class NormBall(Tensor centre, double epsilon) : IDisposable
{
    /// <summary>The images in the middle, N x C x H x W; they belong to the caller.</summary>
    protected Tensor Centre { get; private set; } = centre;

    /// <summary>The radius.</summary>
    protected double Radius => epsilon;

    /// <summary>The ball of a norm.</summary>
    public static NormBall Around(Tensor centre, double epsilon, PerturbationNorm norm) => norm switch
    {
        PerturbationNorm.Linf => new PixelBall(centre, epsilon),
        PerturbationNorm.L2 => new EuclideanBall(centre, epsilon),
        _ => new TaxicabBall(centre, epsilon),
    };

    /// <summary>The length of each image in a norm, N.</summary>
    public static Tensor LengthsIn(PerturbationNorm norm, Tensor change)
    {
        using var scope = NewDisposeScope();
        var lengths = norm switch
        {
            PerturbationNorm.Linf => change.flatten(1).abs().amax([1L]),
            PerturbationNorm.L2 => ImageNorms.Lengths(change).view(-1),
            _ => change.flatten(1).abs().sum(1),
        };
        return lengths.MoveToOuterDisposeScope();
    }

    /// <summary>Keeps the balls of some images.</summary>
    /// <param name="index">Their places.</param>
    /// <param name="left">The images.</param>
    public virtual void Keep(Tensor index, Tensor left) => Centre = left;

    /// <summary>Projects in place, and returns the same tensor.</summary>
    public abstract Tensor Project_(Tensor images);

    /// <summary>The change of length 1 in the norm that raises a loss of this gradient most; zero where the gradient is.</summary>
    public abstract Tensor Ascent(Tensor gradient);

    /// <summary>AutoAttack's start: a random point of the ball's surface, clipped to [0, 1].</summary>
    public abstract Tensor Start(SeededRandom[] generators);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}

/// <summary>The Euclidean ball; the projection is onto the ball, then onto [0, 1], as APGD's.</summary>
internal sealed class EuclideanBall(Tensor centre, double epsilon) : NormBall(centre, epsilon)
{
    public override Tensor Project_(Tensor images)
    {
        using var projected = PixelBall.ProjectEuclidean(images, Centre, Radius);
        return images.copy_(projected);
    }

    public override Tensor Ascent(Tensor gradient) => ImageNorms.Directions(gradient);

    public override Tensor Start(SeededRandom[] generators)
    {
        using var scope = NewDisposeScope();
        var direction = Ascent(ImageNoise.Draw(Centre, generators, random => random.NextGaussian()));
        return Centre.add(direction, alpha: Held(Radius)).clamp_(Held(0), Held(1)).MoveToOuterDisposeScope();
    }
}
