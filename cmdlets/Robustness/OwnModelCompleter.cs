using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>Completes a model: the names of the module's own, and files.</summary>
public sealed class OwnModelCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) => OwnModels.Names
            .Where(name => name.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name, name, CompletionResultType.ParameterValue, $"{name}, a model of the module"))
            .Concat(CompletionCompleters.CompleteFilename(wordToComplete ?? ""));
}
