using System.Globalization;
using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>How the wanted class of a targeted attack is chosen, for each image another than its own.</summary>
public abstract record TargetChoice
{
    private TargetChoice()
    {
    }

    /// <summary>The class after the true one, the first after the last.</summary>
    public sealed record NextClass : TargetChoice;

    /// <summary>One of the other classes, drawn from the image's generator.</summary>
    public sealed record RandomClass : TargetChoice;

    /// <summary>The other class with the smallest logit.</summary>
    public sealed record LeastLikely : TargetChoice;

    /// <summary>One class for all images; images of that class are not attacked.</summary>
    /// <param name="Label">The class.</param>
    public sealed record OneClass(int Label) : TargetChoice;

    /// <summary>Reads <c>next</c>, <c>random</c>, <c>least-likely</c> or a class number.</summary>
    /// <exception cref="InputException"><c>TargetInvalid</c>.</exception>
    public static TargetChoice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        switch (text.Trim().ToLowerInvariant())
        {
            case "next": return new NextClass();
            case "random": return new RandomClass();
            case "least-likely": return new LeastLikely();
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var label)) return new OneClass(label);
        throw new InputException(
            "TargetInvalid", FaultKind.InvalidArgument,
            $"'{text}' is no target. Give a class number, next, random or least-likely.", text);
    }

    /// <summary>What <see cref="Parse"/> reads.</summary>
    public sealed override string ToString() => this switch
    {
        OneClass one => one.Label.ToString(CultureInfo.InvariantCulture),
        RandomClass => "random",
        LeastLikely => "least-likely",
        _ => "next",
    };

    /// <summary>The wanted classes, N, int64.</summary>
    internal Tensor For(ImageClassifier classifier, AttackBatch batch, int[] labels)
    {
        var classes = classifier.ClassCount;
        if (this is LeastLikely) return Smallest(classifier, batch, labels);
        var targets = labels.Select((label, row) => this switch
        {
            OneClass one => one.Label,
            RandomClass => (label + 1 + batch.RandomOf(row, RandomStream.Target).NextInt32(classes - 1)) % classes,
            _ => (label + 1) % classes,
        });
        return tensor([.. targets.Select(target => (long)target)], device: batch.Images.device);
    }

    private static Tensor Smallest(ImageClassifier classifier, AttackBatch batch, int[] labels)
    {
        using var scope = NewDisposeScope();
        var own = tensor(Array.ConvertAll(labels, label => (long)label), device: batch.Images.device).unsqueeze(1);
        var logits = InputGradient.Logits(classifier, batch, batch.Images);
        var others = logits.scatter(1, own, full_like(own, Held(double.PositiveInfinity), logits.dtype));
        return others.argmin(1).MoveToOuterDisposeScope();
    }
}
