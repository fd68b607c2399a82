namespace Thesis.Engine.Benchmarks;

/// <summary>A config as it was read: which methods run on which datasets, and what is reported.</summary>
public sealed record BenchmarkConfig
{
    /// <summary>The version of the schema that this engine reads.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The name in the column <c>benchmark</c> and of the results' folder.</summary>
    public required string Benchmark { get; init; }

    /// <summary>What a reader calls it.</summary>
    public string Title { get; init; } = "";

    /// <summary>The table or figure of the dissertation.</summary>
    public string Reference { get; init; } = "";

    /// <summary>The main job.</summary>
    public required BenchmarkTask Task { get; init; }

    /// <summary>The datasets, in the order of the file.</summary>
    public required IReadOnlyList<DatasetConfig> Datasets { get; init; }

    /// <summary>The methods, in the order of the file.</summary>
    public required IReadOnlyList<MethodConfig> Methods { get; init; }

    /// <summary>The seeds: of the generated data, and of the methods that draw.</summary>
    public IReadOnlyList<long> Seeds { get; init; } = [1];

    /// <summary>The metrics that are kept.</summary>
    public required IReadOnlyList<string> Metrics { get; init; }

    /// <summary>The recalls at which the precision is reported.</summary>
    public IReadOnlyList<double> Recall { get; init; } = [];

    /// <summary>SHA-256 of the file, in lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>A dataset of a config: files below the data folder, a generated protocol, or both.</summary>
public sealed record DatasetConfig
{
    /// <summary>The name in the column <c>dataset</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The files or folders by their key, relative to the data folder, in the order of the task; empty where the data are
    /// generated.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Files { get; init; } = [];

    /// <summary>The SHA-256 that the first of the files must have.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The generated protocol that stands in where no data folder is given.</summary>
    public string? Protocol { get; init; }

    /// <summary>What holds for every method on this dataset.</summary>
    public ParameterSet Parameters { get; init; } = ParameterSet.Empty;
}

/// <summary>A method of a config with its parameters; a grid makes one run of every combination of its values.</summary>
public sealed record MethodConfig
{
    /// <summary>The name in the column <c>method</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The cmdlet's method.</summary>
    public required string Method { get; init; }

    /// <summary>The fixed parameters.</summary>
    public ParameterSet Parameters { get; init; } = ParameterSet.Empty;

    /// <summary>The varied parameters, in the order of the file.</summary>
    public IReadOnlyList<GridAxis> Grid { get; init; } = [];

    /// <summary>The parameters of every grid point, the last axis fastest; one set where there is no grid.</summary>
    public IEnumerable<ParameterSet> Expand() => Grid.Aggregate(
        Enumerable.Repeat(Parameters, 1),
        (sets, axis) => sets.SelectMany(set => axis.Values.Select(value => set.With(axis.Name, value))));
}

/// <summary>One varied parameter.</summary>
public sealed record GridAxis(string Name, IReadOnlyList<object> Values);
