using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>Whether images, attacks and targets fit a model; checked before anything is computed.</summary>
internal static class ClassifierFit
{
    private const int ShownNames = 10;
    private const int ProbedImages = 8;

    /// <summary>The images have the model's shape, and classes that it knows.</summary>
    public static void Check(ImageClassifier classifier, LabelledImages images)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(images);
        CheckShape(classifier, images);
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

    /// <summary>The images have the model's shape.</summary>
    public static void CheckShape(ImageClassifier classifier, LabelledImages images)
    {
        if (images.Shape == classifier.ImageShape) return;
        throw new InputException(
            "ImageShapeMismatch", FaultKind.InvalidData,
            $"The images of '{images.Source}' are {images.Shape}; the model '{classifier.Name}' takes {classifier.ImageShape}.",
            images.Source);
    }

    /// <summary>The model gives what the attack needs.</summary>
    public static void Check(ImageClassifier classifier, IAdversarialAttack attack)
    {
        if (attack.Access == AttackAccess.WhiteBox) RequireGradients(classifier, $"{attack.Name} needs");
        attack.RequireModel(classifier);
    }

    /// <summary>The model gives gradients.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="need">Who needs them, such as "PGD needs".</param>
    public static void RequireGradients(ImageClassifier classifier, string need)
    {
        if (!classifier.IsDifferentiable) throw NoGradients(classifier, need);
    }

    /// <summary>The fault of a model without gradients.</summary>
    public static InputException NoGradients(ImageClassifier classifier, string need)
    {
        var reason = classifier.GradientFault is { } fault ? ": " + fault.Message.TrimEnd('.') : "";
        return new InputException(
            classifier.GradientFault?.ErrorId ?? "GradientsNotAvailable", FaultKind.NotSupported,
            $"{need} gradients, and the model '{classifier.Name}' gives none{reason}. Use Square or RAND, without the checks.",
            classifier.Name, classifier.GradientFault);
    }

    /// <summary>
    /// The images with the model's numbers of their classes. A class is found by its name, since a folder that lacks a
    /// class numbers those after it anew; where no name is the model's, or the model has none, the numbers stay.
    /// </summary>
    /// <exception cref="InputException"><c>ClassUnknown</c>: some names are the model's, and one is not.</exception>
    public static LabelledImages Align(ImageClassifier classifier, LabelledImages images, WorkContext context)
    {
        var known = classifier.ClassNames;
        if (known.IsEmpty || known.SequenceEqual(images.ClassNames)) return images;
        var numbers = images.ClassNames.Select(name => known.IndexOf(name)).ToArray();
        var stranger = Array.IndexOf(numbers, -1);
        if (stranger < 0) return images.Renumber(numbers, known);
        if (Array.TrueForAll(numbers, number => number < 0))
        {
            context.Warning?.Invoke(
                $"The classes of '{images.Source}' ({Names(images.ClassNames)}) are not named as those of the model "
                + $"'{classifier.Name}' ({Names(known)}): they are compared by number.");
            return images;
        }

        throw new InputException(
            "ClassUnknown", FaultKind.InvalidData,
            $"The class '{Printable.Text(images.ClassNames[stranger])}' of '{images.Source}' is none of the model "
            + $"'{classifier.Name}', whose classes are {Names(known)}.", images.Source);
    }

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(ShownNames).Select(Printable.Text)) + (names.Count > ShownNames ? ", ..." : "");

    /// <summary>The logits are numbers.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="logits">Its logits.</param>
    /// <param name="indices">The image of each row.</param>
    public static void RequireFinite(ImageClassifier classifier, Tensor logits, IReadOnlyList<int> indices)
    {
        using var scope = NewDisposeScope();
        var finite = logits.isfinite().all(1).cpu().data<bool>().ToArray();
        var row = Array.IndexOf(finite, false);
        if (row < 0) return;
        throw new InputException(
            "LogitsNotFinite", FaultKind.InvalidData,
            $"The model '{classifier.Name}' gives image {indices[row]} a logit that is NaN or infinite.", indices[row]);
    }

    /// <summary>
    /// An image's logits are its own: they do not depend on the images beside it. Where they change from pass to pass, a
    /// warning says so, since accuracies then are those of single draws.
    /// </summary>
    /// <exception cref="InputException"><c>LogitsDependOnBatch</c>.</exception>
    public static void RequireOwnLogits(ImageClassifier classifier, LabelledImages images, WorkContext context)
    {
        Check(classifier, images);
        // Its draws belong to the image already.
        if (classifier.IsRandom) return;
        using var scope = NewDisposeScope();
        int[] first = [.. Enumerable.Range(0, Math.Min(images.Count, ProbedImages))];
        var probe = AttackRunner.Load(classifier, images, first, new AttackRunOptions()).Images;
        if (LogitProbe.BetweenPasses(classifier, probe) > 0)
        {
            context.Warning?.Invoke(
                $"The logits of '{classifier.Name}' change from pass to pass: each accuracy is that of one draw, and attacks see "
                + "others than are judged. Test-GradientMasking says more.");
            return;
        }

        var difference = LogitProbe.BetweenBatches(classifier, probe);
        if (!LogitProbe.Matters(difference)) return;
        throw new InputException(
            "LogitsDependOnBatch", FaultKind.InvalidData,
            FormattableString.Invariant(
                $"The model '{classifier.Name}' gives an image other logits alone than among others (by {difference:G3} of the largest): ")
            + "accuracies would depend on the size of the batches. Batch normalisation in training mode does that; export the "
            + "model after eval().", classifier.Name);
    }

    /// <summary>The indices of the images to attack, one or more: all but those of the one wanted class.</summary>
    public static int[] Attacked(ImageClassifier classifier, LabelledImages images, TargetChoice? target)
    {
        var all = Enumerable.Range(0, images.Count);
        if (target is not TargetChoice.OneClass { Label: var label }) return [.. all];
        if (label >= classifier.ClassCount)
        {
            throw new InputException(
                "TargetInvalid", FaultKind.InvalidArgument,
                $"There is no class {label}: the model '{classifier.Name}' has the classes 0 to {classifier.ClassCount - 1}.",
                label);
        }

        int[] others = [.. all.Where(i => images.Label(i) != label)];
        return others.Length > 0 ? others : throw new InputException(
            "ImageMissing", FaultKind.InvalidArgument,
            $"All images of '{images.Source}' have the class {label} already, so there is none to attack.", images.Source);
    }
}
