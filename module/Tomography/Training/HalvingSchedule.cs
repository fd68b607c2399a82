using Thesis.Engine.Learning;

namespace Thesis.Engine.Tomography;

/// <summary>The rate of section 4.5: halved every so many epochs.</summary>
internal static class HalvingSchedule
{
    /// <summary>The schedule of a run.</summary>
    /// <param name="every">Epochs between halvings; 0 for a constant rate.</param>
    /// <param name="epochs">Epochs of the run.</param>
    public static LearningRateSchedule Of(int every, int epochs)
    {
        if (every == 0 || every >= epochs) return LearningRateSchedule.Constant;
        var halvings = (epochs - 1) / every;
        return new LearningRateSchedule
        {
            Kind = ScheduleKind.Steps,
            Factor = 0.5,
            Milestones = [.. Enumerable.Range(1, halvings).Select(halving => (double)halving * every / epochs)],
        };
    }
}
