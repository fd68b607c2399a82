using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// A second classifier, trained apart, that looks at what turned the first (section 5.5.3, chapter 6): where it still sees the true
/// class the first was fooled, and where it no longer does the image itself may have become another, as a 6 that is an 8 now.
/// </summary>
/// <param name="classifier">The second classifier; it is not released.</param>
internal sealed class Witness(ImageClassifier classifier)
{
    /// <summary>What it sees of a batch before and after an attack.</summary>
    /// <param name="before">The images as they were, N x C x H x W.</param>
    /// <param name="after">The attacked images.</param>
    public Testimony[] See(Tensor before, Tensor after)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        Tensor[] images = [.. new[] { before, after }.Select(one => one.to(classifier.ElementType, classifier.Device))];
        var classes = images.Select(one => ImageTally.Predictions(classifier.Logits(one))).ToArray();
        double[]? moved = null;
        if (classifier.HasFeatures)
        {
            var change = classifier.Features(images[1]) - classifier.Features(images[0]);
            moved = change.flatten(1).norm(1).to(ScalarType.Float64).cpu().data<double>().ToArray();
        }

        return [.. classes[0].Select((clean, row) => new Testimony(clean, classes[1][row], moved?[row]))];
    }
}

/// <summary>What a second classifier sees of an attacked image.</summary>
/// <param name="CleanPrediction">The class that it gives the image as it was; none where a logit is NaN or infinite.</param>
/// <param name="Prediction">The class that it gives the attacked image; none where a logit is NaN or infinite.</param>
/// <param name="SemanticDistance">
/// The Euclidean distance of its features of both, the layer before the last (5.12); none where it names no such layer.
/// </param>
public readonly record struct Testimony(int? CleanPrediction, int? Prediction, double? SemanticDistance)
{
    /// <summary>Whether it still gives the attacked image its true class: what turned is a failure of the first classifier.</summary>
    public bool IsRight(int label) => Prediction == label;

    /// <summary>Whether it was right about the image and is not any more: the image may have become another class.</summary>
    public bool WasTurned(int label) => CleanPrediction == label && Prediction is { } found && found != label;
}
