using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Thesis.Cmdlets.Runtime;

/// <summary>Completes the names of devices.</summary>
public sealed class DeviceCompleter : IArgumentCompleter
{
    private static readonly string[] Names = ["auto", "cpu", "cuda", "cuda:0"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Names.Where(name => name.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name));
}
