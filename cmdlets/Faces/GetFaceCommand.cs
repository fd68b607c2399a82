using System.Management.Automation;

namespace Thesis.Cmdlets.Faces;

/// <summary>Lists the faces of a catalogue: all, those of some clusters or of a person, those that are alone, those that
/// are ignored.</summary>
/// <remarks>
/// <para>The records are plain: Export-Csv and ConvertTo-Json keep them for other programs. They go by the pipeline to
/// Set-Face and Remove-Face.</para>
/// </remarks>
/// <example>
/// <code>Add-Face features.npy -CataloguePath faces.db | Out-Null; Get-Face faces.db -Cluster 1</code>
/// <para>The faces of a cluster.</para>
/// </example>
/// <example>
/// <code>Get-Face faces.db -Cluster 1 | Sort-Object Cohesion | Select-Object -First 5</code>
/// <para>The five faces of a cluster that are least like the others.</para>
/// </example>
/// <example>
/// <code>Get-Face faces.db | Export-Csv faces.csv; Get-Item faces.csv</code>
/// <para>Keeps the catalogue's list of faces as a table.</para>
/// </example>
/// <seealso cref="GetFaceClusterCommand"/>
/// <seealso cref="SetFaceCommand"/>
/// <seealso cref="AddFaceCommand"/>
[Cmdlet(VerbsCommon.Get, "Face")]
[OutputType(typeof(CataloguedFace))]
public sealed class GetFaceCommand : FaceCatalogueCmdlet
{
    /// <summary>The clusters whose faces are wanted.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public long[]? Cluster { get; set; }

    /// <summary>The names of the people whose faces are wanted, with the wildcards * and ?.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Lists the faces that are alone in their clusters.</summary>
    [Parameter]
    public SwitchParameter Alone { get; set; }

    /// <summary>Lists the faces that are ignored.</summary>
    [Parameter]
    public SwitchParameter Ignored { get; set; }

    /// <summary>Lists faces.</summary>
    protected override void ProcessRecord() => Guard(() =>
    {
        var path = Catalogue;
        var faces = Compute(context => Thesis.Engine.Faces.CatalogueQueries.Faces(path, Cluster, Wait, context))
            .Select(face => FaceCatalogueRecords.Of(face, path));
        if (Name is not null) faces = faces.Where(face => face.Name is { } name && NamePatterns.Match(Name, name));
        if (Alone) faces = faces.Where(face => face is { Cluster: not null, Cohesion: null });
        if (Ignored) faces = faces.Where(face => face.Cluster is null);
        WriteObject(faces, enumerateCollection: true);
    });
}
