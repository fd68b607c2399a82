using System.Numerics;
using Microsoft.ML.OnnxRuntime;
using Thesis.Engine.Data;
using Thesis.Engine.Learning.Onnx;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>The ONNX file of YuNet: one input 1 x 3 x rows x columns, and cls, obj, bbox and kps at three strides.</summary>
internal sealed class YuNetModel : IDisposable
{
    /// <summary>The sides of its input are multiples of this.</summary>
    public const int Step = 32;

    private static readonly int[] Strides = [8, 16, 32];
    private static readonly (string Name, int Values)[] Heads = [("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 2 * DetectedFace.LandmarkCount)];
    private static readonly string[] Outputs = [.. Strides.SelectMany(stride => Heads.Select(head => $"{head.Name}_{stride}"))];

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _input;

    private YuNetModel(InferenceSession session, string path)
    {
        _session = session;
        var missing = Outputs.FirstOrDefault(name => !session.OutputMetadata.TryGetValue(name, out var output) || !OnnxSession.IsFloat(output));
        if (missing is not null) throw Unknown(path, $"it has no output '{missing}'");
        if (session.InputMetadata.Count != 1) throw Unknown(path, $"it has {session.InputMetadata.Count} inputs");
        (_input, var input) = session.InputMetadata.First();
        if (!OnnxSession.IsFloat(input) || input.Dimensions is not [_, 3, var rows, var columns] || input.Dimensions[0] > 1)
        {
            throw Unknown(path, $"its input is {OnnxSession.Describe(input)}");
        }

        FixedSize = rows > 0 && columns > 0 ? (rows, columns) : default;
        if (rows % Step != 0 && rows > 0 || columns % Step != 0 && columns > 0 || rows > 0 != columns > 0)
        {
            throw Unknown(path, $"its input is {OnnxSession.Describe(input)}");
        }
    }

    /// <summary>The rows and columns of an input that takes one size only; else zeros.</summary>
    public (int Rows, int Columns) FixedSize { get; }

    /// <summary>Opens a file.</summary>
    public static YuNetModel Load(string path)
    {
        var session = OnnxSession.OpenFast(path, threads: 1);
        try
        {
            return new YuNetModel(session, path);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>The boxes of a score or more, in pixels of the planes.</summary>
    public List<DetectedFace> Run(PhotographPlanes planes, float leastScore)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(planes.Values, [1, 3, planes.Rows, planes.Columns]);
        using var outputs = _session.Run(_run, [_input], [input], Outputs);
        var faces = new List<DetectedFace>();
        for (var i = 0; i < Strides.Length; i++)
        {
            var (cells, columns) = (planes.Rows / Strides[i] * (planes.Columns / Strides[i]), planes.Columns / Strides[i]);
            var classes = Values(outputs, i, 0, cells);
            var objects = Values(outputs, i, 1, cells);
            var boxes = Values(outputs, i, 2, cells);
            var points = Values(outputs, i, 3, cells);
            for (var cell = 0; cell < cells; cell++)
            {
                var score = MathF.Sqrt(Math.Clamp(classes[cell], 0, 1) * Math.Clamp(objects[cell], 0, 1));
                if (!(score >= leastScore)) continue;
                var face = Decode(
                    new Vector2(cell % columns, cell / columns), Strides[i], score, boxes.Slice(4 * cell, 4),
                    points.Slice(2 * DetectedFace.LandmarkCount * cell, 2 * DetectedFace.LandmarkCount));
                if (float.IsFinite(face.Left + face.Top + face.Width + face.Height)) faces.Add(face);
            }
        }

        return faces;
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private static DetectedFace Decode(Vector2 cell, int stride, float score, ReadOnlySpan<float> box, ReadOnlySpan<float> points)
    {
        var centre = (cell + new Vector2(box[0], box[1])) * stride;
        var size = new Vector2(MathF.Exp(box[2]), MathF.Exp(box[3])) * stride;
        var landmarks = new Vector2[DetectedFace.LandmarkCount];
        for (var k = 0; k < landmarks.Length; k++) landmarks[k] = (cell + new Vector2(points[2 * k], points[(2 * k) + 1])) * stride;
        return new DetectedFace(centre.X - (size.X / 2), centre.Y - (size.Y / 2), size.X, size.Y, score, landmarks);
    }

    private static ReadOnlySpan<float> Values(IReadOnlyList<OrtValue> outputs, int stride, int head, int cells)
    {
        var values = outputs[(stride * Heads.Length) + head].GetTensorDataAsSpan<float>();
        return values.Length == cells * Heads[head].Values ? values : throw new InputException(
            "FaceDetectorUnknown", FaultKind.InvalidData,
            $"The detector's output '{Outputs[(stride * Heads.Length) + head]}' has {values.Length} values for {cells} cells.",
            Outputs[(stride * Heads.Length) + head]);
    }

    private static InputException Unknown(string path, string reason) => new(
        "FaceDetectorUnknown", FaultKind.NotSupported,
        $"'{path}' is no face detector that is known: {reason}. YuNet of 2023 or later is (face_detection_yunet_2023mar.onnx of OpenCV's "
        + "model zoo, MIT License).", path);
}
