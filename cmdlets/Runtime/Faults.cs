using System.Management.Automation;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Runtime;

/// <summary>The engine's faults as PowerShell's error records.</summary>
internal static class Faults
{
    /// <summary>The record: the fault's id, its category, its target.</summary>
    public static ErrorRecord ToErrorRecord(InputException fault) =>
        new(fault, fault.ErrorId, Category(fault.Kind), fault.Target);

    private static ErrorCategory Category(FaultKind kind) => kind switch
    {
        FaultKind.InvalidArgument => ErrorCategory.InvalidArgument,
        FaultKind.NotFound => ErrorCategory.ObjectNotFound,
        FaultKind.AlreadyExists => ErrorCategory.ResourceExists,
        FaultKind.ResourceUnavailable => ErrorCategory.ResourceUnavailable,
        FaultKind.NotSupported => ErrorCategory.NotImplemented,
        _ => ErrorCategory.InvalidData,
    };
}
