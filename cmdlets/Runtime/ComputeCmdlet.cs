using System.Management.Automation;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Runtime;

/// <summary>The base of the cmdlets that compute for long: device, threads and seed.</summary>
public abstract class ComputeCmdlet : EngineCmdlet
{
    /// <summary>The device of the tensor operations: auto, cpu, cuda or cuda:N.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    [ValidateNotNullOrEmpty]
    public string Device { get; set; } = "cpu";

    /// <summary>The threads of the managed kernels; all cores unless given.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int? ThreadCount { get; set; }

    /// <summary>The seed of every random draw.</summary>
    [Parameter]
    public long Seed { get; set; } = 1;

    /// <summary>Runs the engine with this cmdlet's device and threads.</summary>
    protected T Compute<T>(Func<WorkContext, T> compute) => Compute(compute, Require(Settings));

    /// <summary>Starts the engine with this cmdlet's device and threads, which it takes from a scheduler.</summary>
    private protected StartedWork<T> Start<T>(Func<WorkContext, T> compute, TaskScheduler scheduler) =>
        Start(compute, Require(Settings) with { Scheduler = scheduler });

    /// <summary>The threads of the managed kernels.</summary>
    private protected int Threads => ThreadCount ?? Environment.ProcessorCount;

    private WorkContext Settings()
    {
        var settings = new WorkContext { Device = ComputeDevice.Parse(Device) };
        return ThreadCount is { } threads ? settings with { Threads = threads } : settings;
    }
}
