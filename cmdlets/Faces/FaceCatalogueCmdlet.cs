using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Faces;

/// <summary>The base of the cmdlets that read or change a catalogue of faces.</summary>
public abstract class FaceCatalogueCmdlet : ComputeCmdlet
{
    /// <summary>The catalogue, a file that Add-Face made.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string CataloguePath { get; set; } = "";

    /// <summary>How many seconds are waited for another command that is at work on the catalogue.</summary>
    [Parameter]
    [ValidateRange(0, 86_400)]
    public int LockTimeout { get; set; } = 30;

    /// <summary>How long is waited for another command.</summary>
    private protected TimeSpan Wait => TimeSpan.FromSeconds(LockTimeout);

    /// <summary>The catalogue's whole path.</summary>
    private protected string Catalogue => ResolveTarget(CataloguePath);

    /// <summary>The clusters of a catalogue as records; those of some ids, or all.</summary>
    private protected IEnumerable<CataloguedCluster> ReadClusters(string path, IReadOnlyCollection<long>? ids,
        bool nearest = false)
    {
        var all = Compute(context => CatalogueQueries.Clusters(path, nearest, Wait, context));
        var wanted = ids?.ToHashSet();
        return all.Where(cluster => wanted?.Contains(cluster.Cluster) != false).Select(cluster =>
            FaceCatalogueRecords.Of(cluster, path));
    }

    /// <summary>The faces of some ids as records.</summary>
    private protected IEnumerable<CataloguedFace> ReadFaces(string path, IReadOnlyCollection<long> ids) =>
        Compute(context => CatalogueQueries.FacesOf(path, ids, Wait, context)).Select(
            face => FaceCatalogueRecords.Of(face, path));
}

/// <summary>
/// The base of the cmdlets that change clusters or faces by their ids: those of a whole pipeline are changed together,
/// in one transaction for each catalogue.
/// </summary>
public abstract class FaceEditCmdlet : FaceCatalogueCmdlet
{
    private readonly OrderedDictionary<string, List<long>> _ids = new(StringComparer.Ordinal);

    /// <summary>The ids that one object of the pipeline, or the command line, gives.</summary>
    private protected abstract IEnumerable<long> Given { get; }

    /// <summary>Gathers ids.</summary>
    protected override void ProcessRecord()
    {
        if (!_ids.TryGetValue(Catalogue, out var ids)) _ids.Add(Catalogue, ids = []);
        ids.AddRange(Given);
    }

    /// <summary>Changes them.</summary>
    protected override void EndProcessing()
    {
        foreach (var (path, ids) in _ids) Guard(() => Edit(path, [.. ids.Distinct()]));
    }

    /// <summary>Changes what the ids of a catalogue stand for.</summary>
    private protected abstract void Edit(string path, long[] ids);

    /// <summary>Runs a change on the worker.</summary>
    private protected void Change(Action<WorkContext> change) => Compute(context =>
    {
        change(context);
        return true;
    });
}
