using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Thesis.Cmdlets.Runtime;

/// <summary>Completes an argument that is one of some names, whatever their case.</summary>
public abstract class NameCompleter : IArgumentCompleter
{
    /// <summary>The names, in the order of the list.</summary>
    protected abstract IEnumerable<string> Names { get; }

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Names.Where(name => name.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name, name, CompletionResultType.ParameterValue, Title(name)));

    /// <summary>What is shown beside a name; the name itself unless there is more to say.</summary>
    protected virtual string Title(string name) => name;
}
