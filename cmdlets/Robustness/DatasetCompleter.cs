using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;

namespace Thesis.Cmdlets.Robustness;

/// <summary>Completes the names of image datasets.</summary>
public sealed class DatasetCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Names => DatasetCatalogue.Names;

    /// <inheritdoc/>
    protected override string Title(string name) => DatasetCatalogue.Find(name).Title;
}
