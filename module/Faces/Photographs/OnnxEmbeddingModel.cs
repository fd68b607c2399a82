using Microsoft.ML.OnnxRuntime;
using Thesis.Engine.Data;
using Thesis.Engine.Learning.Onnx;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>The ONNX file of a model that makes features of aligned faces.</summary>
internal sealed class OnnxEmbeddingModel : IEmbeddingModel
{
    private const int LongestSide = 1024;
    private const int MostValues = 1 << 16;

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _input;
    private readonly string _output;
    private readonly string _path;

    private OnnxEmbeddingModel(InferenceSession session, string path)
    {
        (_session, _path) = (session, path);
        if (session.InputMetadata.Count != 1) throw Unknown($"it has {session.InputMetadata.Count} inputs");
        (_input, var input) = session.InputMetadata.First();
        if (!OnnxSession.IsFloat(input) || input.Dimensions is not [var batch, 3, > 0 and <= LongestSide, > 0 and <= LongestSide])
        {
            throw Unknown($"its input is {OnnxSession.Describe(input)}");
        }

        if (session.OutputMetadata.Count != 1) throw Unknown($"it has {session.OutputMetadata.Count} outputs");
        (_output, var output) = session.OutputMetadata.First();
        if (!OnnxSession.IsFloat(output)) throw Unknown($"its output is {OnnxSession.Describe(output)}");
        (Batch, Rows, Columns) = (Math.Max(0, batch), input.Dimensions[2], input.Dimensions[3]);

        // What the output's shape says may be open, and may be wrong.
        try
        {
            Dimension = Probe(Batch > 0 ? Batch : 2);
        }
        catch (OnnxRuntimeException fault)
        {
            throw Unknown($"it does not run: {Printable.Reason(fault)}", fault);
        }
    }

    /// <inheritdoc/>
    public int Batch { get; }

    /// <inheritdoc/>
    public int Rows { get; }

    /// <inheritdoc/>
    public int Columns { get; }

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <summary>Opens a file.</summary>
    public static OnnxEmbeddingModel Load(string path)
    {
        // Several runs go side by side, each on a thread of its own.
        var session = OnnxSession.OpenFast(path, threads: 1);
        try
        {
            return new OnnxEmbeddingModel(session, path);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>One run a thread.</summary>
    public int Begin(int threads) => threads;

    /// <inheritdoc/>
    public float[] Run(float[] input, int faces)
    {
        using var fed = OrtValue.CreateTensorValueFromMemory(input, [faces, 3, Rows, Columns]);
        using var outputs = _session.Run(_run, [_input], [fed], [_output]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private int Probe(int faces)
    {
        var values = Run(new float[faces * 3 * Rows * Columns], faces).Length;
        return values % faces == 0 && values / faces is > 1 and <= MostValues
            ? values / faces
            : throw Unknown($"its output has {values} values for {faces} faces");
    }

    private InputException Unknown(string reason, Exception? cause = null) => new(
        "FaceModelUnknown", FaultKind.NotSupported,
        $"'{_path}' is no face model that is known: {reason}. It takes float32 of N x 3 x rows x columns and gives a row of values a face.",
        _path, cause);
}
