namespace Thesis.Cmdlets.Runtime;

/// <summary>Completes the names of devices.</summary>
public sealed class DeviceCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Names => ["auto", "cpu", "cuda", "cuda:0"];
}
