using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning;

/// <summary>The forms of a learning-rate schedule.</summary>
public enum ScheduleKind
{
    /// <summary>The rate stays.</summary>
    Constant,

    /// <summary>The rate is multiplied by a factor at milestones.</summary>
    Steps,

    /// <summary>The rate falls along half a cosine to 0 (Loshchilov and Hutter 2017, without restarts).</summary>
    Cosine,
}

/// <summary>
/// The factor by which a step's learning rate differs from the base rate. It depends on the position in the run alone,
/// so a resumed run needs no state of it.
/// </summary>
public sealed record LearningRateSchedule
{
    private readonly double _factor = 0.1;
    private readonly double _warmup;
    private readonly IReadOnlyList<double> _milestones = [0.5, 0.75];

    /// <summary>A constant rate.</summary>
    public static LearningRateSchedule Constant { get; } = new();

    /// <summary>The form.</summary>
    public ScheduleKind Kind { get; init; }

    /// <summary>The share of the run in which the rate rises linearly from 0, 0 .. 1.</summary>
    /// <exception cref="InputException"><c>ScheduleInvalid</c>.</exception>
    public double Warmup
    {
        get => _warmup;
        init => _warmup = value is >= 0 and < 1 ? value : throw Invalid(nameof(Warmup), value);
    }

    /// <summary>The shares of the run at which <see cref="ScheduleKind.Steps"/> multiplies, rising, each in (0, 1).</summary>
    /// <exception cref="InputException"><c>ScheduleInvalid</c>.</exception>
    public IReadOnlyList<double> Milestones
    {
        get => _milestones;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            for (var i = 0; i < value.Count; i++)
            {
                if (!(value[i] > (i == 0 ? 0 : value[i - 1]) && value[i] < 1)) throw Invalid(nameof(Milestones), value[i]);
            }

            _milestones = value;
        }
    }

    /// <summary>What <see cref="ScheduleKind.Steps"/> multiplies by, in (0, 1].</summary>
    /// <exception cref="InputException"><c>ScheduleInvalid</c>.</exception>
    public double Factor
    {
        get => _factor;
        init => _factor = value is > 0 and <= 1 ? value : throw Invalid(nameof(Factor), value);
    }

    /// <summary>The factor of a step.</summary>
    /// <param name="step">The step, 0 .. <paramref name="steps"/> - 1.</param>
    /// <param name="steps">Steps of the whole run.</param>
    public double At(long step, long steps)
    {
        var share = (double)step / steps;
        if (share < Warmup) return (step + 1) / Math.Ceiling(Warmup * steps);
        return Kind switch
        {
            ScheduleKind.Steps => Math.Pow(Factor, Milestones.Count(milestone => share >= milestone)),
            ScheduleKind.Cosine => 0.5 * (1 + Math.Cos(Math.PI * (share - Warmup) / (1 - Warmup))),
            _ => 1,
        };
    }

    /// <summary>The schedule in one line, for the record of a run.</summary>
    public override string ToString() => Kind switch
    {
        ScheduleKind.Steps => string.Create(
            CultureInfo.InvariantCulture, $"steps {string.Join('/', Milestones.Select(m => m.ToString(CultureInfo.InvariantCulture)))} x{Factor} warmup {Warmup}"),
        ScheduleKind.Cosine => string.Create(CultureInfo.InvariantCulture, $"cosine warmup {Warmup}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"constant warmup {Warmup}"),
    };

    private static InputException Invalid(string name, double value) => new(
        "ScheduleInvalid", FaultKind.InvalidArgument,
        string.Create(CultureInfo.InvariantCulture, $"{name} of the learning rate's schedule cannot be {value}."), value);
}
