using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning;

/// <summary>How long a run trains, on what batches, from which seed, and how often it saves itself.</summary>
public sealed record TrainingOptions
{
    private readonly int _epochs = 10;
    private readonly int _batchSize = 128;
    private readonly TimeSpan _checkpointInterval = TimeSpan.FromMinutes(2);

    /// <summary>Passes over the examples, 1 or more.</summary>
    /// <exception cref="InputException"><c>EpochsInvalid</c>.</exception>
    public int Epochs
    {
        get => _epochs;
        init => _epochs = value > 0
            ? value
            : throw new InputException("EpochsInvalid", FaultKind.InvalidArgument, $"A run of {value} epochs trains nothing.", value);
    }

    /// <summary>
    /// Steps of the run, 1 or more, in place of <see cref="Epochs"/>; null for whole epochs. The last epoch may end before
    /// all examples were seen; its losses are means over those that were.
    /// </summary>
    /// <exception cref="InputException"><c>StepsInvalid</c>.</exception>
    public long? Steps
    {
        get;
        init => field = value is null or > 0
            ? value
            : throw new InputException("StepsInvalid", FaultKind.InvalidArgument, $"A run of {value} steps trains nothing.", value);
    }

    /// <summary>Examples of a step, 1 or more; the last batch of an epoch may have fewer.</summary>
    /// <exception cref="InputException"><c>BatchSizeInvalid</c>.</exception>
    public int BatchSize
    {
        get => _batchSize;
        init => _batchSize = value > 0
            ? value
            : throw new InputException("BatchSizeInvalid", FaultKind.InvalidArgument, $"A batch of {value} examples is none.", value);
    }

    /// <summary>The seed of every draw: first weights, order, augmentation, dropout.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>
    /// The time after which a step saves a checkpoint; one is saved at each epoch's end and on cancellation, too. It does
    /// not change the result.
    /// </summary>
    /// <exception cref="InputException"><c>CheckpointIntervalInvalid</c>.</exception>
    public TimeSpan CheckpointInterval
    {
        get => _checkpointInterval;
        init => _checkpointInterval = value >= TimeSpan.Zero
            ? value
            : throw new InputException(
                "CheckpointIntervalInvalid", FaultKind.InvalidArgument, $"A checkpoint every {value} is none.", value);
    }
}
