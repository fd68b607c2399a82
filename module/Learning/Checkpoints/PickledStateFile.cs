using System.Collections;
using System.IO.Compression;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning;

/// <summary>
/// Reads a state_dict that PyTorch's <c>torch.save</c> wrote (1.6 and newer: a zip of a pickle and of the tensors' bytes)
/// into the archive that safetensors are read into. Nothing of the file is executed: see <see cref="PickledTensors"/>.
/// </summary>
public static class PickledStateFile
{
    /// <summary>The error id of a file that holds no state_dict.</summary>
    public const string Invalid = "StateDictInvalid";

    private const long MaximumPickle = 64 << 20;
    private const int MaximumEntries = 1 << 20;
    private const int MaximumDimensions = 16;

    // Where training scripts put the weights among the rest of a checkpoint.
    private static readonly string[] Places = ["state_dict", "model_state_dict", "model", "net"];

    /// <summary>Whether a file is a zip of a pickle without a program: a state_dict, not TorchScript.</summary>
    public static bool IsStateDict(string path)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            return Find(zip, "data.pkl") is not null && !zip.Entries.Any(entry => entry.FullName.Contains("/code/", StringComparison.Ordinal));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Reads a file. A prefix <c>module.</c>, which DataParallel puts before all names, is taken off.</summary>
    /// <exception cref="InputException"><c>StateDictInvalid</c>, <c>MemoryInsufficient</c>, <c>FileNotFound</c>, <c>FileUnreadable</c>.</exception>
    public static TensorArchive Read(string path, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using var stream = InputFile.Open(path);
        return InputFile.Guard(path, () =>
        {
            using var zip = Opened(stream, path);
            if (zip.Entries.Count > MaximumEntries) throw Fault(path, $"it has {zip.Entries.Count} entries");
            var tensors = Tensors(Unpickle(zip, path), path);
            InputFile.RequireMemory(2 * tensors.Sum(pair => Bytes(pair.Key, pair.Value, path)), path);
            var prefix = tensors.All(pair => pair.Key.StartsWith("module.", StringComparison.Ordinal)) ? "module.".Length : 0;
            var archive = new TensorArchive();
            foreach (var (name, tensor) in tensors)
            {
                work.ThrowIfCancelled();
                archive.Add(Archived(zip, name[prefix..], tensor, path));
            }

            return archive;
        });
    }

    /// <summary>The constants of a TorchScript program, in order: a tuple of tensors.</summary>
    /// <exception cref="InputException"><c>StateDictInvalid</c>, <c>MemoryInsufficient</c>, <c>FileUnreadable</c>.</exception>
    internal static IReadOnlyList<ArchivedTensor> ReadConstants(string path, WorkContext work)
    {
        using var stream = InputFile.Open(path);
        return InputFile.Guard(path, () =>
        {
            using var zip = Opened(stream, path);
            if (Unpickle(zip, path, "constants.pkl") is not object[] values) throw Fault(path, "its constants are no tuple");
            var constants = new List<ArchivedTensor>();
            foreach (var value in values)
            {
                work.ThrowIfCancelled();
                if (value is not PickledTensor tensor) throw Fault(path, "a constant is no tensor");
                constants.Add(Archived(zip, FormattableString.Invariant($"c{constants.Count}"), tensor, path, "constants/"));
            }

            return constants;
        });
    }

    private static ZipArchive Opened(Stream stream, string path)
    {
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read);
        }
        catch (InvalidDataException fault)
        {
            throw Fault(path, "it is no zip, as torch.save writes since 1.6; load and save it there once more", fault);
        }
    }

    private static object Unpickle(ZipArchive zip, string path, string name = "data.pkl")
    {
        var entry = Find(zip, name) ?? throw Fault(path, $"it is a zip without a '{name}'");
        if (entry.Length > MaximumPickle) throw Fault(path, $"its pickle has {entry.Length} bytes");
        try
        {
            using var reader = new PickledTensors();
            return reader.loads(Bytes(entry, entry.Length, path));
        }
        catch (Exception fault) when (fault is not (InputException or OutOfMemoryException or OperationCanceledException))
        {
            // The library casts what it finds; a broken pickle ends in one of many exceptions.
            throw Fault(path, $"its pickle is broken: {Printable.Reason(fault)}", fault);
        }
    }

    private static SortedDictionary<string, PickledTensor> Tensors(object root, string path)
    {
        if (root is not Hashtable table) throw Fault(path, "it holds no dictionary; save model.state_dict(), not the model");
        var inner = Places.Select(place => table[place]).OfType<Hashtable>().FirstOrDefault();
        var found = new SortedDictionary<string, PickledTensor>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in inner ?? table)
        {
            if (entry is not { Key: string name, Value: PickledTensor tensor }) throw Fault(path, $"its entry '{Printable.Text($"{entry.Key}")}' is no tensor");
            found.Add(name, tensor);
        }

        return found.Count > 0 ? found : throw Fault(path, "it holds no tensor");
    }

    private static ArchivedTensor Archived(ZipArchive zip, string name, PickledTensor tensor, string path, string folder = "data/")
    {
        var length = Bytes(name, tensor, path);
        var size = ArchivedTensor.SizeOf(tensor.Storage.Element);
        if (length == 0) return new ArchivedTensor(name, tensor.Storage.Element, tensor.Shape, []);
        var entry = Find(zip, folder + tensor.Storage.Key) ?? throw Fault(path, $"it lacks the bytes of '{Printable.Text(name)}'");
        var last = tensor.Offset;
        for (var axis = 0; axis < tensor.Shape.Length; axis++)
        {
            if (tensor.Stride[axis] is < 0 or > int.MaxValue) throw Fault(path, $"'{Printable.Text(name)}' has a stride of {tensor.Stride[axis]}");
            last += (tensor.Shape[axis] - 1) * tensor.Stride[axis];
        }

        if (tensor.Offset is < 0 or > int.MaxValue || entry.Length > Array.MaxLength || last >= entry.Length / size) throw Fault(path, $"'{Printable.Text(name)}' lies beyond its {entry.Length} bytes");
        return new ArchivedTensor(name, tensor.Storage.Element, tensor.Shape, Gather(Bytes(entry, entry.Length, path), tensor, size, length));
    }

    // In the order of the tensor's indices: a transposed tensor is stored in another.
    private static byte[] Gather(byte[] storage, PickledTensor tensor, int size, long length)
    {
        var values = new byte[length];
        var index = new long[tensor.Shape.Length];
        var from = tensor.Offset;
        for (var to = 0L; to < length; to += size)
        {
            storage.AsSpan((int)(from * size), size).CopyTo(values.AsSpan((int)to));
            for (var axis = index.Length - 1; axis >= 0; axis--)
            {
                from += tensor.Stride[axis];
                if (++index[axis] < tensor.Shape[axis]) break;
                from -= tensor.Shape[axis] * tensor.Stride[axis];
                index[axis] = 0;
            }
        }

        return values;
    }

    private static long Bytes(string name, PickledTensor tensor, string path)
    {
        var bytes = (long)ArchivedTensor.SizeOf(tensor.Storage.Element);
        if (tensor.Shape.Length > MaximumDimensions || tensor.Shape.Length != tensor.Stride.Length) throw Fault(path, $"'{Printable.Text(name)}' has no shape");
        if (tensor.Shape.Contains(0)) return 0;
        foreach (var length in tensor.Shape)
        {
            // Division, since a product of lying lengths would overflow.
            if (length < 0 || length > Array.MaxLength / bytes) throw Fault(path, $"'{Printable.Text(name)}' has a length of {length}, or over 2 GiB");
            bytes *= length;
        }

        return bytes;
    }

    private static byte[] Bytes(ZipArchiveEntry entry, long length, string path)
    {
        if (length > InputFile.UnpackedLimit(Math.Max(1, entry.CompressedLength))) throw Fault(path, $"its entry '{Printable.Text(entry.FullName)}' cannot hold {length} bytes");
        InputFile.RequireMemory(length, path);
        var bytes = new byte[length];
        using var stream = entry.Open();
        return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length
            ? bytes
            : throw Fault(path, $"its entry '{Printable.Text(entry.FullName)}' is shorter than it says");
    }

    // The entries lie in a folder of the archive's name.
    private static ZipArchiveEntry? Find(ZipArchive zip, string name) => zip.Entries.FirstOrDefault(entry =>
        entry.FullName.EndsWith("/" + name, StringComparison.Ordinal) && entry.FullName.IndexOf('/', StringComparison.Ordinal) == entry.FullName.Length - name.Length - 1);

    private static InputException Fault(string path, string reason, Exception? cause = null) => new(
        Invalid, FaultKind.InvalidData, $"'{path}' is no state_dict of PyTorch: {reason}.", path, cause);
}
