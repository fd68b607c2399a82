using System.Security.Cryptography;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>A dataset of a config on this machine: real files, or a protocol that is generated.</summary>
public sealed record BenchmarkDataset
{
    /// <summary>What a generated stand-in's name has after the real dataset's.</summary>
    public const string SyntheticSuffix = "-synthetic";

    /// <summary>The name in the column <c>dataset</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// What the data are, whatever their path: the hashes of the real files, or the protocol's name (its seed is the
    /// run's). Part of the run id.
    /// </summary>
    public required string Identity { get; init; }

    /// <summary>The generated protocol, or null.</summary>
    public string? Protocol { get; init; }

    /// <summary>The features' file, or null where they are generated.</summary>
    public string? FeaturePath { get; init; }

    /// <summary>The identities' file, or null where they are generated.</summary>
    public string? IdentityPath { get; init; }

    /// <summary>SHA-256 of the features' file; empty where they are generated.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>
    /// Chooses the real files where a data folder is given and the config names some, else the protocol. A generated
    /// stand-in for real files is called <c>name-synthetic</c>, so that no table mixes the two.
    /// </summary>
    /// <exception cref="InputException">
    /// <c>DataPathMissing</c>: real files only, and no data folder; <c>DatasetNotFound</c>: a file is missing;
    /// <c>DatasetHashMismatch</c>: the features are others than the config's.
    /// </exception>
    public static BenchmarkDataset Resolve(DatasetConfig dataset, string? dataPath)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (dataPath is not null && dataset.Features is not null) return Real(dataset, dataPath);
        if (dataset.Protocol is null)
        {
            throw new InputException(
                "DataPathMissing", FaultKind.InvalidArgument,
                $"Dataset '{dataset.Name}' is read from files. Give -DataPath, the folder that holds "
                + $"'{dataset.Features}'.",
                dataset.Name);
        }

        return new BenchmarkDataset
        {
            Name = dataset.Features is null ? dataset.Name : dataset.Name + SyntheticSuffix,
            Identity = $"protocol:{dataset.Protocol}",
            Protocol = dataset.Protocol,
        };
    }

    private static BenchmarkDataset Real(DatasetConfig dataset, string dataPath)
    {
        var features = Existing(dataset, dataPath, dataset.Features!);
        var identities = Existing(dataset, dataPath, dataset.Identities!);
        var hash = Hash(features);
        if (dataset.Sha256 is { } expected && expected != hash)
        {
            throw new InputException(
                "DatasetHashMismatch", FaultKind.InvalidData,
                $"'{features}' is not the file of dataset '{dataset.Name}': its SHA-256 is {hash}, the config's "
                + $"{expected}.",
                features);
        }

        return new BenchmarkDataset
        {
            Name = dataset.Name,
            Identity = $"sha256:{hash}/{Hash(identities)}",
            FeaturePath = features,
            IdentityPath = identities,
            Sha256 = hash,
        };
    }

    private static string Existing(DatasetConfig dataset, string dataPath, string relative)
    {
        var path = Path.GetFullPath(relative, Path.GetFullPath(dataPath));
        return File.Exists(path)
            ? path
            : throw new InputException(
                "DatasetNotFound", FaultKind.NotFound, $"Dataset '{dataset.Name}' needs '{path}', which is not there.",
                path);
    }

    /// <summary>SHA-256 of a file, in lower-case hexadecimal digits.</summary>
    public static string Hash(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
