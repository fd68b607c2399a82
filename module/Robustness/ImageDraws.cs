using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The random draws of one pass of a random model: a generator for each image of the batch, fixed by the seed, the image's
/// place in the set and how often the model has been asked for it. So an image's draws are its own, whatever the batch.
/// </summary>
public sealed class ImageDraws
{
    private readonly SeededRandom[] _generators;

    internal ImageDraws(SeededRandom[] generators) => _generators = generators;

    /// <summary>The images of the batch.</summary>
    public int Count => _generators.Length;

    /// <summary>The generators of one part of the model, an image each.</summary>
    /// <param name="part">Tells the parts apart.</param>
    public SeededRandom[] Of(int part) => Array.ConvertAll(_generators, generator => generator.Fork(part));
}
