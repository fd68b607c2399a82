using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Thesis.Engine.Data;

namespace Thesis.Cmdlets.Robustness;

/// <summary>Completes the names of image datasets.</summary>
public sealed class DatasetCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        DatasetCatalogue.Names
            .Where(name => name.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name, name, CompletionResultType.ParameterValue, DatasetCatalogue.Find(name).Title));
}
