using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Examples in a folder, made once and seen in every epoch: where the simulation of scans takes longer than a step of the network. Each
/// is a safetensors file, 000000.safetensors and so on, of the images and sinograms of <see cref="RestorationExample"/>, written whole
/// or not at all; manifest.json, written first, says what they were made of, and each file its number and the manifest's hash, so that none
/// is taken for another. A run that is stopped goes on with those that are
/// missing. An example comes from the seed and its number alone.
/// </summary>
internal sealed class ExampleCache : IExampleSource
{
    private const string ManifestName = "manifest.json";
    private const string Format = "thesis-restoration-examples-1";
    private const long LongestManifest = 1 << 20;

    private const string Unusable = "ExampleCacheInvalid";

    private readonly string _folder;
    private readonly bool _isCorrected;
    private string _hash = "";

    private ExampleCache(string folder, ExampleFactory factory, int count)
    {
        (_folder, Geometry, Count) = (folder, factory.Geometry, count);
        _isCorrected = factory.IsCorrected;
    }

    /// <inheritdoc/>
    public ScanGeometry Geometry { get; }

    /// <summary>Examples.</summary>
    public int Count { get; }

    /// <summary>Opens a cache, and makes what is missing of it.</summary>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <param name="factory">Makes examples.</param>
    /// <param name="count">How many.</param>
    /// <param name="random">The forks of it are the examples' generators.</param>
    /// <param name="identity">What the examples are made of: another cache's is another one.</param>
    /// <param name="work">Cancellation, progress, threads.</param>
    /// <exception cref="InputException">
    /// <c>ExampleCacheMismatch</c>: the folder holds examples of other data or settings; <c>ExampleCacheInvalid</c>: it holds something
    /// else; <c>FileNotWritable</c>.
    /// </exception>
    public static ExampleCache Open(
        string folder, ExampleFactory factory, int count, SeededRandom random, IReadOnlyDictionary<string, string> identity,
        WorkContext work)
    {
        var cache = new ExampleCache(folder, factory, count);
        cache.RequireSame(new SortedDictionary<string, string>(identity.ToDictionary(), StringComparer.Ordinal)
        {
            ["format"] = Format,
            ["corrected"] = factory.IsCorrected ? "yes" : "no",
            ["count"] = count.ToString(CultureInfo.InvariantCulture),
        });
        cache.Complete(factory, random, work);
        return cache;
    }

    /// <inheritdoc/>
    public RestorationExample[] Make(ReadOnlySpan<int> indices, SeededRandom random, WorkContext work)
    {
        var chosen = indices.ToArray();
        var result = new RestorationExample[chosen.Length];
        RowParallel.For(chosen.Length, work, i => result[i] = Read(chosen[i], work));
        return result;
    }

    private string PathOf(int index) => Path.Combine(_folder, NumberOf(index) + ".safetensors");

    private static string NumberOf(int index) => index.ToString("d6", CultureInfo.InvariantCulture);

    private void RequireSame(SortedDictionary<string, string> manifest)
    {
        _hash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(manifest)));
        var path = Path.Combine(_folder, ManifestName);
        if (!File.Exists(path))
        {
            if (Directory.Exists(_folder) && Directory.EnumerateFileSystemEntries(_folder).Any())
            {
                throw new InputException(
                    Unusable, FaultKind.InvalidData, $"'{_folder}' holds files, and no {ManifestName} of examples. Give a new folder.",
                    _folder);
            }

            AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, manifest));
            return;
        }

        var found = ReadManifest(path);
        var other = manifest.FirstOrDefault(pair => found.GetValueOrDefault(pair.Key) != pair.Value);
        if (other.Key is null) return;
        throw new InputException(
            "ExampleCacheMismatch", FaultKind.InvalidArgument,
            $"The examples in '{_folder}' have another {other.Key}: {Printable.Text(found.GetValueOrDefault(other.Key) ?? "none")}, not "
            + $"{other.Value}. Give another folder, or remove this one.", _folder);
    }

    private static Dictionary<string, string> ReadManifest(string path)
    {
        using var stream = InputFile.Open(path);
        try
        {
            if (stream.Length <= LongestManifest && JsonSerializer.Deserialize<Dictionary<string, string>>(stream) is { } manifest)
            {
                return manifest;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new InputException(Unusable, FaultKind.InvalidData, $"'{path}' is no manifest of examples.", path);
    }

    private void Complete(ExampleFactory factory, SeededRandom random, WorkContext work)
    {
        int[] missing = [.. Enumerable.Range(0, Count).Where(index => !File.Exists(PathOf(index)))];
        var done = Count - missing.Length;
        if (missing.Length > 0) work.Verbose?.Invoke($"{missing.Length} of {Count} examples are made into '{_folder}'.");
        work.Report("Making examples", done, Count);
        RowParallel.For(missing.Length, work, i =>
        {
            var index = missing[i];
            SafetensorsFile.Write(PathOf(index), Archive(index, factory.MakeOne(index, random.Fork(index), work)), overwrite: true);
            work.Report("Making examples", Interlocked.Increment(ref done), Count);
        });
    }

    private TensorArchive Archive(int index, RestorationExample example)
    {
        var archive = new TensorArchive { Metadata = { ["number"] = NumberOf(index), ["manifest"] = _hash } };
        var (size, input) = (Geometry.ImageSize, example.Input);
        Image("artifact", input.Artifact);
        if (input.Corrected is { } corrected) Image("corrected", corrected);
        Image("interpolated", input.Interpolated);
        Image("true_image", example.Image);
        Sinogram("sinogram", input.Sinogram);
        Sinogram("trace", input.Trace);
        Sinogram("true_sinogram", example.Sinogram);
        archive.Add(new ArchivedTensor("metal", TensorElement.Bool, [size, size], MemoryMarshal.AsBytes<bool>(example.Metal.Values).ToArray()));
        return archive;

        void Image(string name, float[] values) => Add(name, values, size, size);
        void Sinogram(string name, float[] values) => Add(name, values, Geometry.Views, Geometry.Bins);
        void Add(string name, float[] values, int rows, int columns) => archive.Add(new ArchivedTensor(
            name, TensorElement.F32, [rows, columns], MemoryMarshal.AsBytes<float>(values).ToArray()));
    }

    private RestorationExample Read(int index, WorkContext work)
    {
        var path = PathOf(index);
        var archive = SafetensorsFile.Read(path, work);
        if (archive.Metadata.GetValueOrDefault("number") != NumberOf(index) || archive.Metadata.GetValueOrDefault("manifest") != _hash)
        {
            throw Invalid($"'{path}' is another example, or of another folder.");
        }

        var size = Geometry.ImageSize;
        var metal = Data("metal", TensorElement.Bool, size, size);
        return new RestorationExample(
            new RestorationInput(
                Image("artifact"), _isCorrected ? Image("corrected") : null, Image("interpolated"), Sinogram("sinogram"),
                Sinogram("trace")),
            Sinogram("true_sinogram"), Image("true_image"), new MetalMask(Array.ConvertAll(metal, value => value != 0), size, size));

        float[] Image(string name) => Values(name, size, size);
        float[] Sinogram(string name) => Values(name, Geometry.Views, Geometry.Bins);

        float[] Values(string name, int rows, int columns)
        {
            var values = MemoryMarshal.Cast<byte, float>(Data(name, TensorElement.F32, rows, columns)).ToArray();
            return TensorPrimitives.IsFiniteAll<float>(values) ? values : throw Invalid($"'{name}' of '{path}' has a value that is not finite.");
        }

        byte[] Data(string name, TensorElement element, int rows, int columns) =>
            archive.Find(name) is { } tensor && tensor.Element == element && tensor.Shape.SequenceEqual([rows, columns])
                ? tensor.Data
                : throw Invalid($"'{path}' has no '{name}' of {rows} x {columns} values of type {SafetensorsFile.NameOf(element)}.");

        InputException Invalid(string message) => new(Unusable, FaultKind.InvalidData, $"{message} Remove the file: it is made anew.", path);
    }
}
