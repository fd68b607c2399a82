using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>Whether images, attacks and targets fit a model; checked before anything is computed.</summary>
internal static class ClassifierFit
{
    /// <summary>The images have the model's shape, and classes that it knows.</summary>
    public static void Check(ImageClassifier classifier, LabelledImages images)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(images);
        if (images.Shape != classifier.ImageShape)
        {
            throw new InputException(
                "ImageShapeMismatch", FaultKind.InvalidData,
                $"The images of '{images.Source}' are {images.Shape}; the model '{classifier.Name}' takes "
                + $"{classifier.ImageShape}.",
                images.Source);
        }

        for (var i = 0; i < images.Count; i++)
        {
            if (images.Label(i) < classifier.ClassCount) continue;
            throw new InputException(
                "ClassCountMismatch", FaultKind.InvalidData,
                $"Image {i} of '{images.Source}' has the class {images.Label(i)}; the model '{classifier.Name}' has "
                + $"{classifier.ClassCount} classes, 0 to {classifier.ClassCount - 1}.",
                i);
        }
    }

    /// <summary>The model gives what the attack needs.</summary>
    public static void Check(ImageClassifier classifier, IAdversarialAttack attack)
    {
        if (attack.Access == AttackAccess.BlackBox || classifier.IsDifferentiable) return;
        throw new InputException(
            "GradientsNotAvailable", FaultKind.NotSupported,
            $"{attack.Name} needs gradients, and the model '{classifier.Name}' gives none. Use Square or RAND.",
            attack.Name);
    }

    /// <summary>The indices of the images to attack: all but those that have the one wanted class already.</summary>
    public static int[] Attacked(ImageClassifier classifier, LabelledImages images, TargetChoice? target)
    {
        var all = Enumerable.Range(0, images.Count);
        if (target is not TargetChoice.OneClass { Label: var label }) return [.. all];
        if (label < classifier.ClassCount) return [.. all.Where(i => images.Label(i) != label)];
        throw new InputException(
            "TargetInvalid", FaultKind.InvalidArgument,
            $"There is no class {label}: the model '{classifier.Name}' has the classes 0 to {classifier.ClassCount - 1}.",
            label);
    }
}
