using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>Images that are attacked together.</summary>
/// <param name="Images">N x C x H x W in [0, 1], on the model's device and of its type.</param>
/// <param name="Goal">What is to be reached for each image.</param>
/// <param name="Indices">The place of each image in the whole set; it fixes the image's random draws.</param>
/// <param name="Seed">The seed of all draws.</param>
public sealed record AttackBatch(Tensor Images, AttackGoal Goal, IReadOnlyList<int> Indices, long Seed)
{
    /// <summary>
    /// The indices of the images of which a gradient was NaN or infinite somewhere and was replaced; attacks of some rows
    /// of the batch add to the same set.
    /// </summary>
    public ISet<int> ReplacedGradients { get; init; } = new HashSet<int>();

    /// <summary>Passes of a random model over which logits and gradients are averaged (EOT), 1 or more.</summary>
    public int Expectation { get; init; } = 1;

    /// <summary>
    /// How often a random model has been asked for each image, by its index; attacks of some rows of the batch count on.
    /// </summary>
    internal Dictionary<int, int> Passes { get; init; } = [];

    /// <summary>The number of images.</summary>
    public int Count => Indices.Count;

    /// <summary>A generator for one image, fixed by the seed, the image's index and the stream.</summary>
    /// <param name="row">The image's row in the batch.</param>
    /// <param name="stream">Tells the attacks' draws apart.</param>
    internal SeededRandom RandomOf(int row, RandomStream stream) =>
        new SeededRandom(Seed).Fork(Indices[row]).Fork((long)stream);

    /// <summary>A generator for each image; each restart has its own.</summary>
    internal SeededRandom[] Generators(RandomStream stream, int restart)
    {
        var generators = new SeededRandom[Count];
        for (var row = 0; row < generators.Length; row++) generators[row] = RandomOf(row, stream).Fork(restart);
        return generators;
    }

    /// <summary>The images' draws of the next pass of a random model.</summary>
    internal ImageDraws NextDraws()
    {
        var generators = new SeededRandom[Count];
        for (var row = 0; row < Count; row++)
        {
            var pass = Passes[Indices[row]] = Passes.GetValueOrDefault(Indices[row]) + 1;
            generators[row] = RandomOf(row, RandomStream.Model).Fork(pass);
        }

        return new ImageDraws(generators);
    }

    /// <summary>Passes of a random model over which the logits are averaged that an image is judged by, 1 or more.</summary>
    public int JudgingPasses { get; init; } = 1;

    /// <summary>The draws by which an image is judged; no attack has seen them.</summary>
    /// <param name="pass">The pass, from 0.</param>
    internal ImageDraws JudgingDraws(int pass = 0) => new(Generators(RandomStream.Judge, pass));

    /// <summary>Some rows of the batch.</summary>
    internal AttackBatch Select(int[] rows)
    {
        using var index = tensor(rows, ScalarType.Int64, Images.device);
        return this with
        {
            Images = Images.index_select(0, index),
            Goal = Goal.Select(index),
            Indices = [.. rows.Select(row => Indices[row])],
        };
    }
}

/// <summary>The streams of an image's random draws, one for each use.</summary>
internal enum RandomStream
{
    RandomSign = 1,
    ProjectedGradient,
    AutoProjectedGradient,
    Square,
    Target,
    Model,
    Judge,
    Latent,
    Smoothing,
}
