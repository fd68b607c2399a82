using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Thesis.Cmdlets.Benchmarks;

/// <summary>Completes a figure: the names of the module's own, and files.</summary>
public sealed class FigureCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        // The assembly lies in the module's bin.
        var root = System.IO.Path.GetDirectoryName(
            System.IO.Path.GetDirectoryName(typeof(FigureCompleter).Assembly.Location));
        return FigureCatalogue.Names(root)
            .Where(name => name.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase))
            .Select(name =>
                new CompletionResult(name, name, CompletionResultType.ParameterValue, $"{name}, a figure of the module"))
            .Concat(CompletionCompleters.CompleteFilename(wordToComplete ?? ""));
    }
}
