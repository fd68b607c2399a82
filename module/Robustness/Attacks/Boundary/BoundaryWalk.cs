using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>Where FAB stands with each image: the present point, and the smallest adversarial change so far.</summary>
internal sealed class BoundaryWalk
{
    // Croce and Hein's: the largest share of the image's own step, how far a step goes beyond, how far a point comes back.
    private const double LargestShare = 0.1;
    private const double Overshoot = 1.05;
    private const double Return = 0.9;
    private const double LeastLength = 1e-8;

    private readonly PerturbationNorm _norm;
    private Tensor _images;
    private Tensor _current;

    /// <summary>Starts at the images; all tensors belong to the current scope.</summary>
    public BoundaryWalk(Tensor images, PerturbationNorm norm)
    {
        _norm = norm;
        (_images, _current, Best) = (images.clone(), images.clone(), images.clone());
        Lengths = full(images.shape[0], Held(double.PositiveInfinity), images.dtype, images.device);
    }

    /// <summary>The nearest points that reached the goal; the images where none did.</summary>
    public Tensor Best { get; private set; }

    /// <summary>Their distances from the images; infinite where there is none.</summary>
    public Tensor Lengths { get; private set; }

    /// <summary>One step towards the boundary between the true class and the aim's.</summary>
    public void Step(ImageClassifier classifier, AttackBatch batch, AttackGoal aim)
    {
        Move(InputGradient.Of(classifier, batch, _current, aim.LogitsDifference));
        var reached = batch.Goal.Reached(InputGradient.Logits(classifier, batch, _current));
        var lengths = NormBall.LengthsIn(_norm, _current - _images);
        var better = reached.logical_and(lengths < Lengths);
        Best.copy_(where(PerImage(better), _current, Best));
        Lengths.copy_(where(better, lengths, Lengths));
        var back = _images.Plus((_current - _images).mul_(Held(Return)));
        _current.copy_(where(PerImage(reached), back, _current));
    }

    /// <summary>Keeps some of the images.</summary>
    public void Keep(Tensor index)
    {
        _images = OpenRows.Narrow(_images, index);
        _current = OpenRows.Narrow(_current, index);
        Best = OpenRows.Narrow(Best, index);
        Lengths = OpenRows.Narrow(Lengths, index);
    }

    private void Move(LossGradient difference)
    {
        var count = _current.shape[0];
        var (points, images) = (_current.flatten(1), _images.flatten(1));
        // By their largest values, so that no square of a small gradient vanishes.
        var largest = ImageNorms.Largest(difference.Gradient);
        largest = largest.masked_fill(largest.eq(Held(0)), Held(1));
        var normals = (difference.Gradient / largest).flatten(1);
        var offsets = (normals * points).sum(1) - (difference.Losses / largest.view(-1));
        var changes = HyperplaneProjection.Changes(
            _norm, cat([points, images]), cat([normals, normals]), cat([offsets, offsets]));
        var lengths = NormBall.LengthsIn(_norm, changes.view(2 * count, 1, 1, -1)).clamp_min_(Held(LeastLength));
        var (own, far) = (lengths.narrow(0, 0, count), lengths.narrow(0, count, count));
        var share = (own / own.Plus(far)).clamp_(Held(0), Held(LargestShare)).unsqueeze(1);
        changes.mul_(Held(Overshoot));
        var stepped = points.Plus(changes.narrow(0, 0, count));
        var fromImage = images.Plus(changes.narrow(0, count, count));
        var moved = (stepped * share.neg().Plus_(Held(1))).Plus(fromImage * share).clamp_(Held(0), Held(1));
        _current.copy_(moved.view(_current.shape));
    }

    private static Tensor PerImage(Tensor flags) => flags.view(-1, 1, 1, 1);
}
