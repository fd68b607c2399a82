using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Thesis.Cmdlets.Robustness;

/// <summary>Completes the choices of a wanted class.</summary>
public sealed class TargetCompleter : IArgumentCompleter
{
    private static readonly string[] Choices = ["next", "random", "least-likely"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Choices.Where(choice => choice.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase))
            .Select(choice => new CompletionResult(choice));
}
