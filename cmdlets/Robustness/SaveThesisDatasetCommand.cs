using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Robustness;

/// <summary>
/// Fetches a dataset of the catalogue (mnist, fashion-mnist, cifar10) from the place where it is published, checks it, and
/// puts it where the other cmdlets look for it.
/// </summary>
/// <remarks>
/// <para>Nothing is fetched unless this command is called, and -WhatIf says what would be, from where, and how large it is.
/// Only https is fetched, nothing is sent but the requests, and a file is kept only when its SHA-256, or that of what it
/// unpacks to, is the catalogue's. What was stopped goes on where it stopped when the command is given again; files that are
/// there and right are left alone, and files that are there and wrong are an error unless -Force is given.</para>
/// <para>A machine without a network takes the files from a folder: -Source. The licence of a dataset is its makers'; the
/// verbose stream says it.</para>
/// </remarks>
/// <example>
/// <code>Save-ThesisDataset mnist -Destination data -WhatIf</code>
/// <para>Says what would be fetched.</para>
/// </example>
/// <example>
/// <code>Save-ThesisDataset mnist -Destination data; Test-AdversarialRobustness mnist-classifier mnist -DataPath data -Attack FGSM -First 100</code>
/// <para>Fetches the digits and attacks a classifier of them.</para>
/// </example>
/// <seealso cref="BuildClassifierCommand"/>
/// <seealso cref="Backend.InstallThesisBackendCommand"/>
[Cmdlet(VerbsData.Save, "ThesisDataset", SupportsShouldProcess = true)]
[OutputType(typeof(SavedDataset))]
public sealed class SaveThesisDatasetCommand : EngineCmdlet
{
    private DownloadSource _source = new(null);

    /// <summary>The datasets' names.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(DatasetCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Dataset { get; set; } = [];

    /// <summary>The folder above those of the datasets; the variable THESIS_DATA unless given.</summary>
    [Parameter(Position = 1)]
    [Alias("DataPath")]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>A folder that holds the published files, or the https address of a mirror of them; the catalogue's places
    /// unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Source { get; set; }

    /// <summary>Fetches again what is there, and replaces it.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Checks the source, before anything is fetched.</summary>
    protected override void BeginProcessing() => _source = Require(() => new DownloadSource(
        Source is null || Source.Contains("://", StringComparison.Ordinal) ? Source : ResolveTarget(Source)));

    /// <summary>Fetches each dataset; a fault of one file is an error of that one.</summary>
    protected override void ProcessRecord()
    {
        foreach (var name in Dataset) Guard(() => Save(DatasetSaver.Require(DatasetCatalogue.Find(name))));
    }

    private void Save(DatasetDescription description)
    {
        var folder = DatasetSaver.FolderOf(description, ResolveTarget(DataFolder()));
        WriteVerbose($"{description.Title}: {description.Source}. Licence: {description.Licence}.");
        foreach (var download in description.Downloads) Guard(() => Save(description, download, folder));
    }

    private void Save(DatasetDescription description, DatasetDownload download, string folder)
    {
        var place = _source.PlaceOf(download);
        if (!Force && Compute(work => DatasetSaver.IsPresent(description, download, folder, work)))
        {
            foreach (var file in DatasetSaver.FilesOf(description, download))
            {
                Emit(description, new SavedDatasetFile(file.Name, CatalogueSource.Existing(folder, file.Name)!,
                    IsNew: false), place);
            }

            return;
        }

        var size = download.Bytes < 100_000
            ? FormattableString.Invariant($"{download.Bytes / 1e3:0.0} kB")
            : FormattableString.Invariant($"{download.Bytes / 1e6:0.0} MB");
        if (!ShouldProcess(folder, $"Fetch {place}, {size}")) return;
        foreach (var file in Compute(work => DatasetSaver.Save(description, download, _source, folder, work)))
        {
            Emit(description, file, place);
        }
    }

    private void Emit(DatasetDescription description, SavedDatasetFile file, string place) => WriteObject(new SavedDataset
    {
        Dataset = description.Name,
        File = file.Name,
        Status = file.IsNew ? "Saved" : "Present",
        Megabytes = new FileInfo(file.Path).Length / 1e6,
        Source = place,
        Path = file.Path,
    });

    private string DataFolder()
    {
        var folder = Destination ?? Environment.GetEnvironmentVariable(ImageDatasetOptions.FolderVariable);
        return !string.IsNullOrEmpty(folder)
            ? folder
            : throw new InputException(
                "DestinationMissing", FaultKind.InvalidArgument,
                $"Give -Destination, the folder above those of the datasets, or set {ImageDatasetOptions.FolderVariable}.",
                    "Destination");
    }
}
