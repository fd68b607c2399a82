using System.Collections;
using Thesis.Engine.Benchmarks;

namespace Thesis.Cmdlets;

/// <summary>One planned run of a benchmark: what Get-BenchmarkPlan emits.</summary>
public sealed class BenchmarkRun
{
    internal BenchmarkRun(PlannedRun run, BenchmarkConfig config, string outputPath, string status)
    {
        Planned = run;
        Config = config;
        OutputPath = outputPath;
        Status = status;
        foreach (var (name, value) in run.Parameters.Values) Parameters[name] = value;
        foreach (var (name, value) in run.Dataset.Parameters.Values) DatasetParameters[name] = value;
        foreach (var files in run.Dataset.Files.GroupBy(file => file.Key, file => file.Value))
        {
            Files[files.Key] = files.Count() == 1 ? files.First() : files.ToArray();
        }
    }

    /// <summary>The id of the resolved job.</summary>
    public string RunId => Planned.RunId;

    /// <summary>The dataset's name.</summary>
    public string Dataset => Planned.Dataset.Name;

    /// <summary>The method's name in the config.</summary>
    public string Method => Planned.Method;

    /// <summary>The seed.</summary>
    public long Seed => Planned.Seed;

    /// <summary>pending; or from the results that are there: ok (it is skipped) or failed (it is run again).</summary>
    public string Status { get; }

    /// <summary>The benchmark's name.</summary>
    public string Benchmark => Planned.Benchmark;

    /// <summary>What a reader calls the benchmark.</summary>
    public string Title => Config.Title;

    /// <summary>The main job; benchmarks/tasks holds its script.</summary>
    public string Task => Planned.Task.Name;

    /// <summary>The cmdlet's method.</summary>
    public string Algorithm => Planned.Algorithm;

    /// <summary>The metrics that the config keeps; a script need not measure others.</summary>
    public string[] Metrics => [.. Config.Metrics];

    /// <summary>The cmdlet's parameters, for splatting.</summary>
    public Hashtable Parameters { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The parameters, as JSON.</summary>
    public string ParameterText => Planned.Parameters.ToJson();

    /// <summary>The generated protocol; empty where the data are files.</summary>
    public string? Protocol => Planned.Dataset.Protocol;

    /// <summary>The real files or folders, one or several, by their key in the config; empty where the data are generated.</summary>
    public Hashtable Files { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The dataset's parameters, which hold for every method.</summary>
    public Hashtable DatasetParameters { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The recalls at which the precision is wanted.</summary>
    public double[] Recall => [.. Config.Recall];

    /// <summary>The results' folder.</summary>
    public string OutputPath { get; }

    internal PlannedRun Planned { get; }

    internal BenchmarkConfig Config { get; }
}
