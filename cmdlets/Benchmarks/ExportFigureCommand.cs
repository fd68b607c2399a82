using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Benchmarks;

/// <summary>
/// Draws a figure as a description says: lines, bars or shares as PNG and SVG, rows and columns of pictures as PNG. It is
/// drawn of the results of a benchmark, or of any records.
/// </summary>
/// <remarks>
/// <para>A description is a YAML file, such as those of the dissertation's figures, which go by name: figure-5.2. It says
/// which columns of the records are the axes, the series and the panels, what they are called and in which unit;
/// configs/figure.schema.json tells an editor its keys. Without one, results are drawn as every figure of the module that
/// names their benchmark: for clusterings of faces precision-recall (Figures 2.6 to 2.9, 2.12, 2.13).</para>
/// <para>The columns of results are dataset, method, algorithm, group, metric, unit, value, low, high, n, seeds and the
/// names of the parameters; intervals are drawn where there are some. Of records they are the properties, so what Import-Csv
/// or another cmdlet emits can be drawn; numbers in text are read with a point, whatever the culture. Of several columns an
/// axis with numbers takes the product. A histogram leaves out, with a warning, what is no finite number or lies below its
/// first range: counts below 1 in figure-2.5.</para>
/// </remarks>
/// <example>
/// <code>Export-Figure benchmarks/results/table-2.1 -Destination figures -Force</code>
/// <para>Draws results as the module's figures of them.</para>
/// </example>
/// <example>
/// <code>Get-Content labels.txt | Group-Object | Select-Object Count, @{ n = 'Dataset'; e = { 'mine' } } | Export-Figure -Figure figure-2.5 -Destination figures -Force</code>
/// <para>Draws how many faces people have.</para>
/// </example>
/// <seealso cref="ExportBenchmarkReportCommand"/>
/// <seealso cref="ConvertToBenchmarkTableCommand"/>
/// <seealso cref="ReadBenchmarkResultCommand"/>
[Cmdlet(VerbsData.Export, "Figure", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(DrawnFigure))]
public sealed class ExportFigureCommand : EngineCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string RecordSet = "InputObject";

    private readonly List<FigureRecord> _records = [];
    private FigureDescription? _figure;

    /// <summary>The results' folders, or their results.csv, with wildcards.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The results' folders, or their results.csv, their paths taken as they are written.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "OutputPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Records, whose properties are the columns; a string, a file or a folder is a path of results.</summary>
    [Parameter(ParameterSetName = RecordSet, Mandatory = true, ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The figure: a name of the module's, or the path of a description. Records need one.</summary>
    [Parameter(Position = 1)]
    [Alias("Config")]
    [ArgumentCompleter(typeof(FigureCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Figure { get; set; }

    /// <summary>The folder of the files; that of the results unless given, and the current one for records.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Replaces files that are there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Reads the description.</summary>
    protected override void BeginProcessing()
    {
        if (Figure is not null) _figure = Require(() => FigureCatalogue.Find(Figure, ModuleBase, ResolveTarget));
    }

    /// <summary>Draws results as they come, and keeps records until all have.</summary>
    protected override void ProcessRecord()
    {
        foreach (var path in Path) Guard(() => DrawAll(path, literal: false));
        foreach (var path in LiteralPath) Guard(() => DrawAll(path, literal: true));
        if (InputObject is null) return;
        if (PathResolver.Of(InputObject) is { } text) Guard(() => DrawAll(text, literal: false));
        else if (InputObject.BaseObject is FileSystemInfo item) Guard(() => DrawAll(item.FullName, literal: true));
        else Take(InputObject);
    }

    /// <summary>Draws the records.</summary>
    protected override void EndProcessing()
    {
        if (_records.Count > 0) Guard(() => Draw(_figure!, _records, ResolveTarget(Destination ?? ".")));
    }

    private string? ModuleBase => MyInvocation.MyCommand.Module?.ModuleBase;

    private void Take(PSObject record)
    {
        if (_figure is null)
        {
            Require<object>(() => throw new InputException(
                "FigureMissing", FaultKind.InvalidArgument, "Records are drawn as -Figure says: a name or a description.",
                    "Figure"));
        }

        _records.Add(new FigureRecord(
            record.Properties.Select(property => KeyValuePair.Create(property.Name, ValueOf(property)))));
    }

    // A property whose getter fails has no value.
    private static object? ValueOf(PSPropertyInfo property)
    {
        try
        {
            return property.Value is PSObject wrapped ? wrapped.BaseObject : property.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    private void DrawAll(string path, bool literal)
    {
        foreach (var found in PathResolver.FilesAndFolders(this, path, literal))
        {
            Guard(() => DrawResults(ResultStore.FolderOf(found)));
        }
    }

    private void DrawResults(string folder)
    {
        var rows = new ResultStore(folder).ReadSome();
        var target = Destination is null ? folder : ResolveTarget(Destination);
        if (_figure is not null)
        {
            Draw(_figure, ResultRecords.Of(SourceOf(_figure), folder, rows), target);
            return;
        }

        foreach (var figure in FigureCatalogue.Of(rows[0].Benchmark, ModuleBase))
        {
            var records = ResultRecords.Of(figure.Source, folder, rows);
            if (records.Count > 0) Guard(() => Draw(figure, records, target));
            else WriteVerbose($"The results in '{folder}' hold nothing of {figure.Name}.");
        }
    }

    private static FigureSource SourceOf(FigureDescription figure) =>
        figure.Source == FigureSource.Records ? FigureSource.Values : figure.Source;

    private void Draw(FigureDescription figure, IReadOnlyList<FigureRecord> records, string folder)
    {
        var files = FigureFile.FilesOf(figure, folder);
        if (!ShouldProcess(files[0], "Draw the figure")) return;
        foreach (var file in files) CheckTarget(file, Force);
        var kept = Compute(work => FigureFile.Write(figure, records, folder, Force, work));
        foreach (var file in files)
        {
            WriteObject(new DrawnFigure { Figure = figure.Name, Reference = figure.Reference, Records = kept, Path = file });
        }
    }
}
