using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>Completes the names of architectures.</summary>
public sealed class ArchitectureCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        ClassifierArchitecture.All
            .Where(known => known.Name.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase))
            .Select(known => new CompletionResult(known.Name, known.Name, CompletionResultType.ParameterValue, known.Title));
}
