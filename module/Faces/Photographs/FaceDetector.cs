using System.Numerics;
using System.Runtime.CompilerServices;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Finds faces in photographs by YuNet (Wu, Peng and Yu 2023) in ONNX Runtime, as OpenCV's FaceDetectorYN does: blue, green, red
/// from 0 to 255, sides filled up with zeros to whole multiples of 32, heads at strides 8, 16 and 32. A cell (c, r) of stride s
/// gives score = sqrt(cls obj), centre s (c + dx, r + dy), size s (exp(w), exp(h)) and landmarks s (c + x, r + y). Of boxes
/// that overlap by more than <see cref="MostOverlap"/> the best is kept.
/// </summary>
public sealed class FaceDetector : IDisposable
{
    /// <summary>The overlap, common area over the area of either, beyond which two boxes are one face.</summary>
    public const float MostOverlap = 0.3f;

    private const int MostCandidates = 5000;

    private readonly YuNetModel _model;

    private FaceDetector(YuNetModel model) => _model = model;

    /// <summary>Loads a model. Its runs take one thread each and may go side by side.</summary>
    /// <exception cref="InputException">
    /// <c>ModelNotFound</c>, <c>OnnxInvalid</c>, <c>FaceDetectorUnknown</c>: the model is another than YuNet of 2023 or later;
    /// <c>OnnxBackendNotFound</c>.
    /// </exception>
    public static FaceDetector Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        OnnxBackend.EnsureLoaded();
        return new FaceDetector(Open(path));
    }

    /// <summary>The faces of a photograph, by falling score.</summary>
    /// <param name="photograph">The photograph.</param>
    /// <param name="side">The longer side to which larger photographs are scaled down for the search, in pixels.</param>
    /// <param name="leastScore">The least score, 0 to 1.</param>
    public IReadOnlyList<DetectedFace> Detect(Photograph photograph, int side, float leastScore)
    {
        ArgumentNullException.ThrowIfNull(photograph);
        var longest = Math.Max(photograph.Width, photograph.Height);
        var scale = Math.Min(1, side / (double)longest);
        if (_model.FixedSize is var (height, width) && height > 0)
        {
            scale = Math.Min(scale, Math.Min(height / (double)photograph.Height, width / (double)photograph.Width));
        }

        var planes = PhotographPlanes.Scaled(photograph, scale, _model.FixedSize);
        var candidates = _model.Run(planes, leastScore);
        candidates.Sort((a, b) => b.Score.CompareTo(a.Score));
        var kept = new List<DetectedFace>();
        foreach (var face in candidates.Take(MostCandidates))
        {
            if (!kept.Exists(other => other.Overlap(face) > MostOverlap)) kept.Add(face);
        }

        return kept.ConvertAll(face => InPhotograph(face, planes));
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    // A pixel of the planes is the mean of an area, and its centre is the area's.
    private static DetectedFace InPhotograph(DetectedFace face, PhotographPlanes planes)
    {
        var scale = new Vector2((float)planes.ScaleX, (float)planes.ScaleY);
        var half = new Vector2(0.5f);
        var corner = Back(new Vector2(face.Left, face.Top));
        return face with
        {
            Left = corner.X, Top = corner.Y, Width = face.Width / scale.X, Height = face.Height / scale.Y,
            Landmarks = [.. face.Landmarks.Select(Back)],
        };

        Vector2 Back(Vector2 point) => ((point + half) / scale) - half;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static YuNetModel Open(string path) => YuNetModel.Load(path);
}
