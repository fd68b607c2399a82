using System.Management.Automation;

namespace Thesis.Cmdlets.Runtime;

/// <summary>The base of the cmdlets whose tensor operations may run on another device.</summary>
public abstract class TensorCmdlet : ComputeCmdlet
{
    /// <summary>The device of the tensor operations: auto, cpu, cuda or cuda:N.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    [ValidateNotNullOrEmpty]
    public string Device { get; set; } = "cpu";

    /// <inheritdoc/>
    protected override string DeviceName => Device;
}
