using System.Management.Automation;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Runtime;

/// <summary>
/// The base of the cmdlets that compute for long: threads and, where a cmdlet has a parameter for it, the device. A seed is
/// a parameter of those that draw.
/// </summary>
public abstract class ComputeCmdlet : EngineCmdlet
{
    /// <summary>The threads of the managed kernels; all cores unless given.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int? ThreadCount { get; set; }

    /// <summary>The device of the tensor operations.</summary>
    protected virtual string DeviceName => "cpu";

    /// <summary>Runs the engine with this cmdlet's device and threads.</summary>
    protected T Compute<T>(Func<WorkContext, T> compute) => Compute(compute, Require(Settings));

    /// <summary>Starts the engine with this cmdlet's device and threads, which it takes from a scheduler.</summary>
    private protected StartedWork<T> Start<T>(Func<WorkContext, T> compute, TaskScheduler scheduler) =>
        Start(compute, Require(Settings) with { Scheduler = scheduler });

    /// <summary>The threads of the managed kernels.</summary>
    private protected int Threads => ThreadCount ?? Environment.ProcessorCount;

    private WorkContext Settings()
    {
        var settings = new WorkContext { Device = ComputeDevice.Parse(DeviceName) };
        return ThreadCount is { } threads ? settings with { Threads = threads } : settings;
    }
}
