namespace Thesis.Engine.Learning;

/// <summary>One epoch of a run.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Step">Steps since the run's begin.</param>
/// <param name="LearningRate">The first optimiser's rate at the epoch's last step.</param>
/// <param name="Values">The means of the losses over the epoch, then the measures of validation.</param>
public sealed record CurvePoint(int Epoch, long Step, double LearningRate, IReadOnlyList<double> Values);

/// <summary>The losses and measures of a run, an epoch a point.</summary>
/// <param name="Losses">The names of the losses.</param>
/// <param name="Measures">The names of the measures.</param>
/// <param name="Points">The epochs.</param>
public sealed record TrainingCurve(
    IReadOnlyList<string> Losses, IReadOnlyList<string> Measures, IReadOnlyList<CurvePoint> Points)
{
    /// <summary>The names of <see cref="CurvePoint.Values"/>.</summary>
    public IReadOnlyList<string> Names => [.. Losses, .. Measures];
}
