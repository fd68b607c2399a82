using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Keeps the clusters of finished batches in a folder, a file each, whose name holds a hash of the features and of the parameters that they came
/// from: work that was ended goes on where it was, several machines may share the folder, and what has changed is computed anew.
/// </summary>
/// <param name="folder">The folder; it is made with the first file.</param>
public sealed class CurationBatchStore(string folder)
{
    private const int HashLength = 16;

    /// <summary>The clusters of a batch, null where they are not there or are not whole.</summary>
    public int[]? Find(int batch, FeatureMatrix unit, CurationOptions options)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        var path = PathOf(batch, unit, options);
        if (!File.Exists(path)) return null;
        try
        {
            var clusters = NpyFile.Read(path, WorkContext.Default);
            return clusters.Data is int[] labels && labels.Length == unit.Count && labels.All(label => label >= 0) ? labels : null;
        }
        catch (InputException)
        {
            return null;
        }
    }

    /// <summary>Keeps the clusters of a batch.</summary>
    /// <exception cref="InputException"><c>FileNotWritable</c>.</exception>
    public void Keep(int batch, FeatureMatrix unit, CurationOptions options, int[] clusters)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        NpyFile.Write<int>(PathOf(batch, unit, options), clusters, unit.Count);
    }

    private string PathOf(int batch, FeatureMatrix unit, CurationOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var set = options.ProximityAware;
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"1 {unit.Count} {unit.Dimension} {set.Neighbours} {set.NegativesFrom} {set.Negatives} {set.Cost:R} {set.Tolerance:R} {options.Eta:R}")));
        hash.AppendData(MemoryMarshal.AsBytes(unit.Values.AsSpan()));
        var name = Convert.ToHexStringLower(hash.GetHashAndReset())[..HashLength];
        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{batch:D6}-{name}.npy"));
    }
}
