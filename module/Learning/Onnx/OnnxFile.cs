using System.Globalization;
using Google.Protobuf;
using Thesis.Engine.Data;
using Thesis.Engine.Learning.Onnx.Format;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>
/// An ONNX file, parsed and checked: nothing of it has been run. External data must lie in the file's folder; messages may
/// nest <see cref="MaximumDepth"/> deep.
/// </summary>
internal sealed class OnnxFile
{
    /// <summary>The oldest operator set.</summary>
    public const int OldestOpset = 9;

    /// <summary>The newest operator set that ONNX Runtime 1.31 takes.</summary>
    public const int NewestOpset = 26;

    private const int MaximumDepth = 64;
    private const int MaximumNodes = 200_000;
    private const long ObjectAllowance = 1L << 30;

    private OnnxFile(string path, ModelProto model)
    {
        (Path, Model) = (path, model);
        Tensors = new OnnxTensors(path);
        Opset = (int)Math.Clamp(
            model.OpsetImport.LastOrDefault(set => set.Domain is "" or "ai.onnx")?.Version ?? 0, 0, int.MaxValue);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What the file holds.</summary>
    public ModelProto Model { get; }

    /// <summary>The version of ONNX's own operators.</summary>
    public int Opset { get; }

    /// <summary>Whether tensors lie in other files.</summary>
    public bool HasExternalData { get; private set; }

    /// <summary>Reads the file's tensors.</summary>
    public OnnxTensors Tensors { get; }

    /// <summary>Refuses a version of the operator set whose operators mean what is not known here.</summary>
    /// <exception cref="InputException"><c>OnnxOpsetUnsupported</c>.</exception>
    public void RequireOpset()
    {
        if (Opset is >= OldestOpset and <= NewestOpset) return;
        throw new InputException(
            OnnxFault.Opset, FaultKind.NotSupported,
            string.Create(
                CultureInfo.InvariantCulture,
                $"'{Path}' asks for the operator set {Opset}; gradients are computed for {OldestOpset} to {NewestOpset}."),
            Path);
    }

    /// <summary>Parses a file.</summary>
    /// <exception cref="InputException"><c>OnnxInvalid</c>, <c>FileUnreadable</c>, <c>MemoryInsufficient</c>.</exception>
    public static OnnxFile Read(string path) => Read(path, ObjectAllowance);

    /// <summary>Parses a file whose objects may take so many bytes beside four times what was read.</summary>
    internal static OnnxFile Read(string path, long allowance)
    {
        using var stream = InputFile.Open(path);
        if (stream.Length > int.MaxValue) throw OnnxFault.File(path, "it is larger than 2 GiB, which protobuf cannot hold");
        InputFile.RequireMemory(3 * stream.Length, path);
        using var bounded = new AllocationBoundStream(stream, allowance);
        using var input = CodedInputStream.CreateWithLimits(bounded, int.MaxValue, MaximumDepth);
        var file = new OnnxFile(path, InputFile.Guard(path, () => Parse(path, input)));
        file.Check();
        return file;
    }

    private static ModelProto Parse(string path, CodedInputStream input)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(input);
        }
        catch (Exception fault) when (fault is InvalidProtocolBufferException or InvalidDataException)
        {
            throw OnnxFault.File(path, Printable.Reason(fault), fault);
        }
    }

    private void Check()
    {
        if (Model.Graph is not { Node.Count: > 0 } graph) throw OnnxFault.File(Path, "it holds no graph");
        if (graph.Node.Count > MaximumNodes) throw OnnxFault.File(Path, $"it has {graph.Node.Count} nodes");
        CheckExternal(graph);
    }

    // Of every tensor, also those of graphs inside of nodes, before any program opens what they name.
    private void CheckExternal(GraphProto graph)
    {
        foreach (var tensor in graph.Initializer) CheckExternal(tensor);
        foreach (var attribute in graph.Node.SelectMany(node => node.Attribute))
        {
            if (attribute.T is not null) CheckExternal(attribute.T);
            foreach (var tensor in attribute.Tensors) CheckExternal(tensor);
            if (attribute.G is not null) CheckExternal(attribute.G);
            foreach (var inner in attribute.Graphs) CheckExternal(inner);
        }
    }

    private void CheckExternal(TensorProto tensor) => HasExternalData |= Tensors.ExternalFile(tensor) is not null;
}
