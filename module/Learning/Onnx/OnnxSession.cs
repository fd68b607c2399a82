using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>Opens ONNX files in ONNX Runtime. Its callers load the native library first (<see cref="OnnxBackend"/>).</summary>
internal static class OnnxSession
{
    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads within one run.</param>
    /// <exception cref="InputException"><c>ModelNotFound</c>, <c>OnnxInvalid</c>.</exception>
    public static InferenceSession Open(string path, int threads)
    {
        RequireFile(path);
        return Open(path, threads, options => new InferenceSession(path, options));
    }

    /// <summary>Opens a file for answers alone, which may differ from the file's own in their last digits where that is faster.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads within one run.</param>
    /// <exception cref="InputException"><c>ModelNotFound</c>, <c>OnnxInvalid</c>, <c>FileUnreadable</c>, <c>MemoryInsufficient</c>.</exception>
    public static InferenceSession OpenFast(string path, int threads)
    {
        RequireFile(path);
        var file = OnnxFile.Read(path);
        if (file.HasExternalData || !SlopeRewriting.Apply(file)) return Open(path, threads);
        var model = file.Model.ToByteArray();
        return Open(path, threads, options => new InferenceSession(model, options));
    }

    private static void RequireFile(string path)
    {
        if (File.Exists(path)) return;
        throw new InputException("ModelNotFound", FaultKind.NotFound, $"There is no model '{path}'.", path);
    }

    private static InferenceSession Open(string path, int threads, Func<SessionOptions, InferenceSession> open)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            // What the runtime has to say comes as an exception; its log would go to the process's error stream.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        try
        {
            return open(options);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InputException(
                "OnnxInvalid", FaultKind.InvalidData, $"'{path}' is no ONNX model that can be run: {Printable.Reason(fault)}.", path, fault);
        }
    }

    /// <summary>Such as <c>Float of -1 x 3 x 112 x 112</c>.</summary>
    public static string Describe(NodeMetadata node) =>
        node.IsTensor ? $"{node.ElementDataType} of {string.Join(" x ", node.Dimensions)}" : "no tensor";

    /// <summary>Whether a node is a tensor of float32.</summary>
    public static bool IsFloat(NodeMetadata node) =>
        node.IsTensor && node.ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float;
}
