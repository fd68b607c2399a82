using System.Security.Cryptography;
using System.Text;
using Thesis.Engine.Data;
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
    /// run's), and the dataset's parameters. Part of the run id.
    /// </summary>
    public required string Identity { get; init; }

    /// <summary>The generated protocol, or null.</summary>
    public string? Protocol { get; init; }

    /// <summary>The real files or folders by their key; empty where they are generated.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Files { get; init; } = [];

    /// <summary>What holds for every method on this dataset.</summary>
    public ParameterSet Parameters { get; init; } = ParameterSet.Empty;

    /// <summary>SHA-256 of the first of the files; empty where they are generated.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>
    /// Chooses the real files where a data folder is given and the config names some, else the protocol. A generated
    /// stand-in for real files is called <c>name-synthetic</c>, so that no table mixes the two.
    /// </summary>
    /// <exception cref="InputException">
    /// <c>DataPathMissing</c>: real files only, and no data folder; <c>DatasetNotFound</c>: a file is missing;
    /// <c>DatasetHashMismatch</c>: the first file is another than the config's.
    /// </exception>
    public static BenchmarkDataset Resolve(DatasetConfig dataset, string? dataPath)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (dataPath is not null && dataset.Files.Count > 0) return Real(dataset, dataPath);
        if (dataset.Protocol is null)
        {
            throw new InputException(
                "DataPathMissing", FaultKind.InvalidArgument,
                $"Dataset '{dataset.Name}' is read from files. Give -DataPath, the folder that holds "
                + $"'{dataset.Files[0].Value}'.",
                dataset.Name);
        }

        return new BenchmarkDataset
        {
            Name = dataset.Files.Count == 0 ? dataset.Name : dataset.Name + SyntheticSuffix,
            Identity = Identify($"protocol:{dataset.Protocol}", dataset),
            Protocol = dataset.Protocol,
            Parameters = dataset.Parameters,
        };
    }

    private static BenchmarkDataset Real(DatasetConfig dataset, string dataPath)
    {
        var files = dataset.Files
            .Select(file => KeyValuePair.Create(file.Key, Existing(dataset, dataPath, file.Value))).ToArray();
        var hashes = Array.ConvertAll(files, file => Hash(file.Value));
        if (dataset.Sha256 is { } expected && expected != hashes[0])
        {
            throw new InputException(
                "DatasetHashMismatch", FaultKind.InvalidData,
                $"'{files[0].Value}' is not that of dataset '{dataset.Name}': its SHA-256 is {hashes[0]}, the config's "
                + $"{expected}.",
                files[0].Value);
        }

        return new BenchmarkDataset
        {
            Name = dataset.Name,
            Identity = Identify($"sha256:{string.Join('/', hashes)}", dataset),
            Files = files,
            Parameters = dataset.Parameters,
            Sha256 = hashes[0],
        };
    }

    private static string Identify(string content, DatasetConfig dataset) =>
        dataset.Parameters.Values.Count == 0 ? content : content + dataset.Parameters.ToJson();

    private static string Existing(DatasetConfig dataset, string dataPath, string relative)
    {
        var path = Path.GetFullPath(relative, Path.GetFullPath(dataPath));
        return Path.Exists(path)
            ? path
            : throw new InputException(
                "DatasetNotFound", FaultKind.NotFound, $"Dataset '{dataset.Name}' needs '{path}', which is not there.",
                path);
    }

    /// <summary>
    /// SHA-256 in lower-case hexadecimal digits: of a file's bytes, or of a folder's list of relative names and hashes.
    /// </summary>
    /// <exception cref="InputException"><c>FeatureFileNotFound</c>, <c>FeatureFileUnreadable</c>.</exception>
    public static string Hash(string path) =>
        Directory.Exists(path) ? HashFolder(path) : InputFile.Sha256(path, WorkContext.Default);

    private static string HashFolder(string path)
    {
        var lines = InputFile.Guard(path, () => Directory.GetFiles(path, "*", SearchOption.AllDirectories))
            .Select(file => (Name: Path.GetRelativePath(path, file).Replace('\\', '/'), File: file))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => $"{file.Name}\0{Hash(file.File)}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }
}
