using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>
/// The base of the cmdlets that take slices: files, folders of them and objects of the pipeline, one slice at a time, so
/// that a series takes the memory of a slice. A fault of one is an error record, and the next one follows.
/// </summary>
/// <parameter name="Path">The slices to read, or folders of them, with wildcards.</parameter>
/// <parameter name="LiteralPath">The slices to read, or folders of them, their paths taken as they are written.</parameter>
public abstract class SliceCmdlet : FileInputCmdlet
{
    // What each target of this call was made from.
    private readonly Dictionary<string, string> _made = new(StringComparer.Ordinal);

    private readonly SeriesProgress _progress;

    // The first series that was written into each folder, and the folders that got another one.
    private readonly Dictionary<string, string> _seriesOf = new(StringComparer.Ordinal);
    private readonly HashSet<string> _mixed = new(StringComparer.Ordinal);

    // Files that came one by one, where they are processed as a series.
    private readonly List<PipelineSlice> _gathered = [];
    private SliceQueue? _queue;
    private string _folder = "";
    private int _objects;

    /// <summary>Creates the cmdlet.</summary>
    protected SliceCmdlet() => _progress = new SeriesProgress(this);

    /// <summary>
    /// Paths, file or folder objects, or records of the other cmdlets, from the pipeline. Of a record its ImagePath or
    /// SinogramPath is taken, and MaskPath, TracePath and TruthPath where it has them.
    /// </summary>
    [Parameter(ParameterSetName = InputObjectSet, Mandatory = true, ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = null!;

    /// <summary>
    /// What the values of npy images are: Hounsfield units, or attenuation at 70 keV in 1/cm. PNG and DICOM hold
    /// Hounsfield units. Auto takes Hounsfield units, and refuses values that look like attenuation.
    /// </summary>
    [Parameter]
    [ValidateSet("Auto", "Hounsfield", "Attenuation")]
    public string Unit { get; set; } = "Auto";

    /// <summary>Takes the slices of the folders in a folder, too; each folder's are written into one of its name.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>The folder to write into; it is made when it is missing.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The properties of a record that hold the path to read, the best first.</summary>
    internal virtual string[] PathProperties => ["ImagePath"];

    /// <summary>The unit as the engine names it.</summary>
    internal PixelUnit PixelUnit => Enum.Parse<PixelUnit>(Unit, ignoreCase: true);

    /// <inheritdoc/>
    protected override void Take(string path, bool literal) => ProcessItems(new PipelineSlice(path), literal);

    /// <inheritdoc/>
    protected override void TakeObject()
    {
        // How many files a pipeline will bring is not known; the slices of a folder are counted.
        if (_objects > 0 || PathResolver.Of(InputObject) is not { } path || !Directory.Exists(path)) _progress.HasNoTotal = true;
        ProcessItems(PipelineSlice.From(InputObject, _objects++, PathProperties), literal: true);
    }

    /// <summary>Processes what was gathered, finishes what is on its way, and takes the progress bar away.</summary>
    protected override void EndProcessing()
    {
        if (_gathered.Count > 0) Guard(ProcessGathered);
        _queue?.Finish();
        _progress.End();
    }

    /// <summary>What a folder gives.</summary>
    internal virtual IReadOnlyList<PipelineSlice> InFolder(string folder) =>
        [.. Compute(work => SliceFolder.Find(folder, work)).Select(PipelineSlice.From)];

    /// <summary>
    /// Whether all files of a series must be known before the first is processed; those that come one by one are gathered
    /// until the pipeline ends.
    /// </summary>
    internal virtual bool TakesSeries => false;

    /// <summary>
    /// Learns of the files that follow and are written into one folder: a DICOM series, and files of other formats.
    /// </summary>
    internal virtual void BeginSeries(IReadOnlyList<PipelineSlice> files)
    {
    }

    /// <summary>Processes one file; what it throws is an error of that file.</summary>
    internal abstract void ProcessFile(PipelineSlice file);

    /// <summary>Reads the slices of a file one by one; a slice's fault does not end the file.</summary>
    internal void ForEachSlice(string path, Action<CtSlice> process)
    {
        using var slices = Compute(work => CtFile.Read(path, work)).GetEnumerator();
        while (Compute(_ => slices.MoveNext()))
        {
            WarnOfAnotherSeries(slices.Current);
            Guard(() => process(slices.Current));
            _progress.Count();
        }
    }

    /// <summary>Shows which slice of the series is worked on.</summary>
    internal void ShowSlice(string name) => _progress.Show(name);

    /// <summary>The folder of the destination that the file at hand is written into.</summary>
    internal string TargetFolder => System.IO.Path.Combine(ResolveTarget(Destination), _folder);

    /// <summary>A path in the destination.</summary>
    internal string Target(string name) => System.IO.Path.Combine(TargetFolder, name);

    /// <summary>
    /// Starts the work on a slice; <paramref name="finish"/> emits its results later, in the order of the slices, before the
    /// cmdlet ends.
    /// </summary>
    private protected void Start<T>(Func<WorkContext, T> compute, Action<T> finish)
    {
        _queue ??= new SliceQueue(Threads);
        var work = Start(compute, _queue.Scheduler);
        _queue.Add(work.Task, () => Guard(() => finish(Finish(work))));
    }

    /// <summary>Refuses existing files, unless they may be replaced.</summary>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    internal void RequireFree(params string[] targets)
    {
        if (!Force && Array.Find(targets, File.Exists) is { } existing) throw AtomicFile.Exists(existing);
    }

    /// <summary>
    /// Makes a file of a slice, unless this call made it of another one: slices of one name from two folders must not
    /// replace each other, with Force neither.
    /// </summary>
    /// <exception cref="InputException"><c>TargetTaken</c>.</exception>
    internal void Make(string target, string source, Action make)
    {
        // What is on its way may fail, and then it took nothing's place.
        if (_made.ContainsKey(target)) _queue?.Finish();
        if (_made.TryGetValue(target, out var other))
        {
            throw new InputException(
                "TargetTaken", FaultKind.AlreadyExists,
                $"'{target}' was made from {other}. Give {source} another -Destination, in a call of its own.", target);
        }

        make();
        _made.Add(target, source);
    }

    /// <inheritdoc/>
    private protected override void BeforeError() => _queue?.Finish();

    /// <summary>Takes it back that a target was made.</summary>
    internal void Unmake(string target) => _made.Remove(target);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // What is left was not waited for: the pipeline has stopped.
        if (disposing && _queue is not null)
        {
            StopProcessing();
            _queue.Abandon();
        }

        base.Dispose(disposing);
    }

    private void ProcessItems(PipelineSlice item, bool literal)
    {
        var found = PathResolver.FilesAndFolders(this, item.Path, literal);
        var paths = found.Where(path => !Directory.Exists(path)).ToArray();

        // The files of one path with wildcards are a folder's: series are ordered, and never mixed.
        var files = paths.Length < 2
            ? Array.ConvertAll(paths, path => item with { Path = path })
            : [.. Compute(work => SliceFolder.InSeries(paths, item.Path, work))
                .Select(slice => item with { Path = slice.File, Folder = slice.Series ?? "" })];
        if (TakesSeries && files.Length == 1) _gathered.Add(files[0]);
        else ProcessAll(files);
        foreach (var folder in found.Where(Directory.Exists)) Guard(() => ProcessFolder(item, folder));
    }

    private void ProcessGathered()
    {
        _progress.HasNoTotal = false;
        var items = _gathered.ToLookup(item => item.Path, StringComparer.Ordinal);
        var files = Compute(work => SliceFolder.InSeries(items.Select(item => item.Key), "the files given", work));
        ProcessAll([.. files.SelectMany(file => items[file.File].Select(item => item with { Folder = file.Series ?? "" }))]);
    }

    private void ProcessAll(IReadOnlyList<PipelineSlice> files)
    {
        _progress.Expect(files.Sum(SlicesOf));
        for (var first = 0; first < files.Count;)
        {
            PipelineSlice[] series = [.. files.Skip(first).TakeWhile(file => file.Folder == files[first].Folder)];
            BeginSeries(series);
            foreach (var file in series) ProcessOne(file);
            first += series.Length;
        }
    }

    // Files that a pipeline brings one by one cannot be sorted; what is made of two series lies in one folder then.
    private void WarnOfAnotherSeries(CtSlice slice)
    {
        if (slice.Dicom?.SeriesUid is not { } series) return;
        if (!_seriesOf.TryGetValue(TargetFolder, out var first)) _seriesOf.Add(TargetFolder, first = series);
        if (first == series || !_mixed.Add(TargetFolder)) return;
        WriteWarning(
            $"{slice.Description} is of another series than the slices before it, and both are written into '{TargetFolder}'. Give "
            + "the folder in place of its files, or another -Destination, to have them apart.");
    }

    private void ProcessFolder(PipelineSlice item, string folder)
    {
        var folders = Recurse ? SliceFolder.Below(folder, ResolveTarget(Destination)) : [folder];
        var slices = new List<PipelineSlice>();
        foreach (var one in folders)
        {
            var below = System.IO.Path.GetRelativePath(folder, one);
            Guard(() => slices.AddRange(InFolder(one).Select(slice => slice.WithMask(item.MaskPath) with
            {
                Group = item.Group,
                Folder = System.IO.Path.Combine(below == "." ? "" : below, slice.Folder),
            })));
        }

        if (slices.Count == 0)
        {
            throw new InputException(
                "FolderHoldsNoSlice", FaultKind.NotFound,
                $"The folder '{folder}' holds no npy, PNG or DICOM file{(Recurse ? "" : "; -Recurse looks into the folders in it")}.",
                folder);
        }

        WriteVerbose(FormattableString.Invariant($"{slices.Count} files in '{folder}'."));
        ProcessAll(slices);
    }

    private void ProcessOne(PipelineSlice file)
    {
        _folder = file.Folder;
        var before = _progress.Done;
        Guard(() => ProcessFile(file));

        // What could not be read is done, too.
        _progress.CountTo(before + SlicesOf(file));
    }

    private int SlicesOf(PipelineSlice file)
    {
        if (_progress.HasNoTotal) return 1;
        try
        {
            return CtFile.CountOf(file.Path);
        }
        catch (InputException)
        {
            return 1;
        }
    }
}
