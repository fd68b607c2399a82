namespace Thesis.Engine.Robustness;

/// <summary>What a model's forward pass does beside computing a function of the image.</summary>
public enum ForwardFindingKind
{
    /// <summary>It draws random numbers.</summary>
    Randomness,

    /// <summary>Dropout or batch normalisation runs as in training, whatever the mode.</summary>
    TrainingMode,

    /// <summary>It takes gradients, or searches, for each image.</summary>
    Optimisation,
}

/// <summary>Something that a model's forward pass does beside computing a function of the image.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Operation">What does it, such as <c>randn_like</c>.</param>
public readonly record struct ForwardFinding(ForwardFindingKind Kind, string Operation);
