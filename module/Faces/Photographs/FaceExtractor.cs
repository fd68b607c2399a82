using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// From photographs to features: read, find, align, embed. Photographs are read and searched side by side, a thread each; the
/// faces of all of them then go through the model in batches. What comes out does not depend on the threads.
/// </summary>
/// <param name="detector">Finds faces; null where the photographs are aligned faces.</param>
/// <param name="embedder">Makes features.</param>
/// <param name="options">Which faces are taken.</param>
public sealed class FaceExtractor(FaceDetector? detector, FaceEmbedder embedder, FaceExtractionOptions options)
{
    // Fainter ones are not worth a word, unless they are asked for.
    private const float LeastMentioned = 0.5f;

    /// <summary>The faces of some photographs, in their order.</summary>
    public IReadOnlyList<PhotographFaces> Extract(IReadOnlyList<string> paths, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(work);
        var searched = new Searched[paths.Count];
        Parallel.For(0, paths.Count, work.Parallel, i => searched[i] = Search(paths[i]));
        var crops = searched.SelectMany(photograph => photograph.Faces.Select(face => face.Crop)).ToArray();
        var features = embedder.Embed(crops, work);
        var at = 0;
        return Array.ConvertAll(searched, photograph => photograph.WithFeatures(features, ref at));
    }

    private Searched Search(string path)
    {
        var photograph = new Searched(path);
        try
        {
            var pixels = PhotographFile.Read(path);
            if (detector is null) photograph.Take(FaceCrop.FromAligned(pixels, embedder.Rows, embedder.Columns, path), null, options);
            else Choose(pixels, detector.Detect(pixels, options.DetectionSide, Math.Min(LeastMentioned, (float)options.MinimumScore)), photograph);
        }
        catch (InputException fault)
        {
            photograph.Fail(fault);
        }

        return photograph;
    }

    private void Choose(Photograph pixels, IReadOnlyList<DetectedFace> faces, Searched photograph)
    {
        if (faces.Count == 0) photograph.Leave(null, LeftOutReason.NoFace);
        var largest = faces.Where(face => face.Score >= options.MinimumScore).MaxBy(face => face.Size);
        foreach (var face in faces)
        {
            if (face.Score < options.MinimumScore) photograph.Leave(face, LeftOutReason.ScoreTooLow);
            else if (face.Size < options.MinimumSize) photograph.Leave(face, LeftOutReason.FaceTooSmall);
            else if (options.LargestOnly && face != largest) photograph.Leave(face, LeftOutReason.NotLargest);
            else photograph.Take(FaceCrop.Align(pixels, face, embedder.Rows, embedder.Columns), face, options);
        }
    }

    private sealed class Searched(string path)
    {
        private readonly List<LeftOutFace> _leftOut = [];
        private InputException? _fault;

        public List<(FaceCrop Crop, DetectedFace? Face, double Sharpness)> Faces { get; } = [];

        public void Fail(InputException fault)
        {
            _fault = fault;
            _leftOut.Add(new LeftOutFace(path, null, fault.ErrorId));
        }

        public void Leave(DetectedFace? face, string reason) => _leftOut.Add(new LeftOutFace(path, face, reason));

        public void Take(FaceCrop? crop, DetectedFace? face, FaceExtractionOptions options)
        {
            if (crop is null)
            {
                Leave(face, LeftOutReason.LandmarksInvalid);
                return;
            }

            var sharpness = crop.Sharpness();
            if (sharpness < options.MinimumSharpness) Leave(face, LeftOutReason.Blurred);
            else Faces.Add((crop, face, sharpness));
        }

        public PhotographFaces WithFeatures(float[][] features, ref int at)
        {
            var faces = new List<EmbeddedFace>();
            foreach (var (_, face, sharpness) in Faces)
            {
                var feature = features[at++];
                if (IsUsable(feature)) faces.Add(new EmbeddedFace(face, sharpness, feature));
                else Leave(face, LeftOutReason.FeatureInvalid);
            }

            return new PhotographFaces(path, faces, _leftOut, _fault);
        }

        private static bool IsUsable(float[] feature) => Array.TrueForAll(feature, float.IsFinite) && Array.Exists(feature, value => value != 0);
    }
}
