using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Benchmarks;

/// <summary>
/// Does planned runs and adds what they measure to results.csv. A run that the results hold already is skipped; one
/// that failed before is done again, and its rows are replaced. A fault becomes a row with its error id, and the next
/// run follows.
/// </summary>
/// <remarks>
/// <para>Measure is a script block that does the run in $_ and emits objects with Metric, Value and Count. Prepare is
/// called first and emits an object with DataPath, or nothing; its time does not count.</para>
/// <para>All rows of a run are added in one write and flushed; a kill in the middle of it loses that run only, which
/// the next start does again. Several processes may add to one folder: each claims a run before it does it, and passes over one that
/// another does, with the status claimed and without a row. A claim ends with its process. A script that fails with the error id
/// ClaimedElsewhere waits for something that another process makes, and its run counts as claimed, too.</para>
/// </remarks>
/// <example>
/// <code>Get-BenchmarkPlan configs/smoke.yaml | Add-BenchmarkResult -Measure { benchmarks/tasks/face-clustering.ps1 -Run $_ }</code>
/// <para>Does every run that is still to do.</para>
/// </example>
/// <seealso cref="GetBenchmarkPlanCommand"/>
/// <seealso cref="ReadBenchmarkResultCommand"/>
[Cmdlet(VerbsCommon.Add, "BenchmarkResult", SupportsShouldProcess = true)]
[OutputType(typeof(BenchmarkResult))]
public sealed class AddBenchmarkResultCommand : EngineCmdlet
{
    private const string Skipped = "skipped";
    private const string Claimed = "claimed";

    /// <summary>The run, from Get-BenchmarkPlan.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public BenchmarkRun InputObject { get; set; } = null!;

    /// <summary>Does the run in $_ and emits its metrics.</summary>
    [Parameter(Mandatory = true)]
    public ScriptBlock Measure { get; set; } = null!;

    /// <summary>Makes the data of the run in $_ ready.</summary>
    [Parameter]
    public ScriptBlock? Prepare { get; set; }

    /// <summary>The device that is written to the results.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Device { get; set; } = "cpu";

    /// <summary>Does the run.</summary>
    protected override void ProcessRecord() => Guard(Run);

    private void Run()
    {
        var run = InputObject;
        var store = new ResultStore(run.OutputPath);
        if (!ShouldProcess(store.FilePath, $"Run {run.Method} on {run.Dataset} ({run.RunId})")) return;
        if (Holds(store, run))
        {
            WriteObject(Result(run, store, Skipped, null));
            return;
        }

        using var claim = RunClaim.Take(run.OutputPath, run.RunId);
        // Another session may have ended it a moment ago.
        if (claim is null || Holds(store, run))
        {
            WriteObject(Result(run, store, claim is null ? Claimed : Skipped, null));
            return;
        }

        var outcome = Outcome(run);
        if (outcome.ErrorId == RunOutcome.ClaimedElsewhere)
        {
            WriteObject(Result(run, store, Claimed, null));
            return;
        }

        var rows = outcome.ToRows(run.Planned, run.Config, Origin());
        var added = store.Add(rows);
        WriteObject(Result(run, store, added ? rows[0].Status : Skipped, rows[0]));
    }

    private static bool Holds(ResultStore store, BenchmarkRun run) =>
        store.Read().Any(row => row.RunId == run.RunId && row.Status == ResultRow.Succeeded);

    private RunOutcome Outcome(BenchmarkRun run)
    {
        var started = DateTimeOffset.UtcNow;
        var outcome = new RunOutcome { Started = started, DatasetSha256 = run.Planned.Dataset.Sha256 };
        var clock = new Stopwatch();
        try
        {
            if (Prepare is not null && DataPath(Invoke(Prepare, run)) is { } data)
            {
                outcome = outcome with { DatasetSha256 = BenchmarkDataset.Hash(data) };
            }

            PeakMemory.Reset();
            clock.Start();
            outcome = outcome with { Metrics = [.. Invoke(Measure, run).Select(Metric)] };
        }
        catch (PipelineStoppedException)
        {
            throw;
        }
        catch (RuntimeException fault)
        {
            outcome = outcome with { ErrorId = ErrorId(fault.ErrorRecord), Error = Message(fault) };
        }
        catch (InputException fault)
        {
            outcome = outcome with { ErrorId = fault.ErrorId, Error = fault.Message };
        }

        return outcome with { Elapsed = clock.Elapsed, PeakMemoryMegabytes = PeakMemory.Megabytes() };
    }

    // Any error within ends the run: a metric after an error is not to be trusted.
    private static Collection<PSObject> Invoke(ScriptBlock script, BenchmarkRun run) => script.InvokeWithContext(
        null, [new PSVariable("_", run), new PSVariable("ErrorActionPreference", ActionPreference.Stop)], run);

    private static string? DataPath(Collection<PSObject> prepared) => prepared
        .Select(item => item?.Properties["DataPath"]?.Value as string)
        .FirstOrDefault(path => path is not null);

    private static MetricValue Metric(PSObject item)
    {
        var name = item?.Properties["Metric"]?.Value as string;
        if (name is null || item!.Properties["Value"] is not { } value)
        {
            throw new InputException(
                "MetricInvalid", FaultKind.InvalidData,
                $"The run emitted '{item}', which is no metric: Metric, Value and Count are needed.", item);
        }

        return new MetricValue(
            name,
            Number<double>(name, "Value", value.Value),
            Number<long>(name, "Count", item.Properties["Count"]?.Value ?? 0),
            item.Properties["Group"]?.Value as string ?? "");
    }

    private static T Number<T>(string metric, string property, object? given) =>
        given is not null && LanguagePrimitives.TryConvertTo<T>(given, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InputException(
                "MetricInvalid", FaultKind.InvalidData, $"{property} of the metric '{metric}' is '{given}', which is no number.",
                given);

    // FullyQualifiedErrorId is "Id,Namespace.Command"; the id is what is stable.
    private static string ErrorId(ErrorRecord record) => record.FullyQualifiedErrorId.Split(',')[0];

    // An error that a preference made terminating has its own message within.
    private static string Message(RuntimeException fault) => fault.ErrorRecord.Exception?.Message ?? fault.Message;

    private Provenance Origin() => new(
        MyInvocation.MyCommand.Module?.Version.ToString() ?? "",
        SourceCommit.Find(MyInvocation.MyCommand.Module?.ModuleBase ?? AppContext.BaseDirectory),
        Device);

    private static BenchmarkResult Result(BenchmarkRun run, ResultStore store, string status, ResultRow? row) => new()
    {
        RunId = run.RunId,
        Dataset = run.Dataset,
        Method = run.Method,
        Seed = run.Seed,
        Status = status,
        ElapsedSeconds = row?.ElapsedSeconds ?? 0,
        PeakMemoryMegabytes = row?.PeakMemoryMegabytes ?? 0,
        ErrorId = row?.ErrorId,
        Error = row?.Error,
        Path = store.FilePath,
    };
}
