using System.Management.Automation;
using Thesis.Engine.Faces;

namespace Thesis.Cmdlets.Faces;

/// <summary>Says what a catalogue of faces holds: how many faces and clusters, of which model, and the threshold by
/// which faces are assigned.</summary>
/// <remarks>
/// <para>With Check the whole file is read: SQLite's own check, and that the numbers and sums of the clusters are those
/// of their faces. A catalogue is one file between two commands; while none is at work a copy of it is a backup.</para>
/// </remarks>
/// <example>
/// <code>Add-Face features.npy -CataloguePath faces.db | Out-Null; Get-FaceCatalogue faces.db -Check</code>
/// <para>Checks a catalogue.</para>
/// </example>
/// <seealso cref="AddFaceCommand"/>
/// <seealso cref="GetFaceClusterCommand"/>
[Cmdlet(VerbsCommon.Get, "FaceCatalogue")]
[OutputType(typeof(FaceCatalogue))]
public sealed class GetFaceCatalogueCommand : FaceCatalogueCmdlet
{
    /// <summary>Reads all of the file and says whether it is whole.</summary>
    [Parameter]
    public SwitchParameter Check { get; set; }

    /// <summary>Reads.</summary>
    protected override void ProcessRecord() => Guard(() =>
    {
        var path = Catalogue;
        var found = Compute(context => CatalogueSummary.Read(path, Check, Wait, context));
        WriteObject(new FaceCatalogue
        {
            Faces = found.Faces,
            IgnoredFaces = found.IgnoredFaces,
            Clusters = found.Clusters,
            NamedClusters = found.NamedClusters,
            AloneFaces = found.AloneFaces,
            Model = found.Model,
            Dimension = found.Dimension,
            Threshold = found.Threshold,
            ThresholdRule = found.Rule,
            LastCommand = found.LastCommand,
            LastChange = found.LastChange,
            Bytes = new FileInfo(path).Length,
            Whole = found.Faults is { } faults ? faults.Count == 0 : null,
            Fault = found.Faults is { Count: > 0 } some ? string.Join("; ", some) : null,
            CataloguePath = path,
        });
    });
}
