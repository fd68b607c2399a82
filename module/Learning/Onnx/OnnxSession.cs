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
        if (!File.Exists(path))
        {
            throw new InputException("ModelNotFound", FaultKind.NotFound, $"There is no model '{path}'.", path);
        }

        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            // What the runtime has to say comes as an exception; its log would go to the process's error stream.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        try
        {
            return new InferenceSession(path, options);
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
