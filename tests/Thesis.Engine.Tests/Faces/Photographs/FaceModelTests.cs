using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;

namespace Thesis.Engine.Tests.Faces;

/// <summary>Detector and embedder by models whose answers are known in closed form, and the real ones where they are.</summary>
public sealed class FaceModelTests
{
    private static readonly FaceEmbeddingOptions Plain = new() { Mean = 0, Scale = 1 };

    [Fact]
    public void Boxes_and_landmarks_are_decoded_by_falling_score()
    {
        using var detector = FaceDetector.Load(FaceReference.File("detector.onnx"));
        var faces = detector.Detect(PhotographFile.Read(FaceReference.File("cells.png")), 640, 0.5f);
        Assert.Equal(3, faces.Count);
        (int Row, int Column, double Level)[] cells = [(2, 2, 255), (6, 8, 220), (2, 7, 140)];
        foreach (var (face, (row, column, level)) in faces.Zip(cells))
        {
            Assert.Equal(Math.Sqrt(level / 255), face.Score, 1e-5);
            Assert.Equal((32 * column) + 16 - 48, face.Left, 1e-3f);
            Assert.Equal((32 * row) + 16 - 48, face.Top, 1e-3f);
            Assert.Equal(96, face.Size, 1e-3f);
            Assert.Equal((32 * column) + 16 + ((56.0252 - 55.5) * 96 / 112), face.Landmarks[2].X, 1e-3);
        }

        Assert.Equal(2, detector.Detect(PhotographFile.Read(FaceReference.File("cells.png")), 640, 0.8f).Count);
        Assert.Empty(detector.Detect(PhotographFile.Read(FaceReference.File("empty.png")), 640, 0.5f));
    }

    // Twice the picture, searched at half its size: twice the boxes, whose corners lie half a pixel from their centres.
    [Fact]
    public void Faces_of_a_scaled_photograph_lie_in_the_photograph()
    {
        using var detector = FaceDetector.Load(FaceReference.File("detector.onnx"));
        var small = PhotographFile.Read(FaceReference.File("cells.png"));
        var pixels = new byte[4 * small.Pixels.Length];
        for (var y = 0; y < 2 * small.Height; y++)
        {
            for (var x = 0; x < 2 * small.Stride; x++)
            {
                pixels[(y * 2 * small.Stride) + x] = small.Pixels[(y / 2 * small.Stride) + (x / 6 * 3) + (x % 3)];
            }
        }

        var one = detector.Detect(small, 320, 0.5f);
        var two = detector.Detect(new Photograph(pixels, 2 * small.Width, 2 * small.Height), 320, 0.5f);
        foreach (var (first, second) in one.Zip(two))
        {
            Assert.Equal((2 * first.Left) + 0.5f, second.Left, 1e-3f);
            Assert.Equal(2 * first.Width, second.Width, 1e-3f);
            Assert.Equal((2 * first.Landmarks[0].Y) + 0.5f, second.Landmarks[0].Y, 1e-3f);
        }
    }

    [Theory]
    [InlineData("embedder.onnx")]
    [InlineData("embedder_batch1.onnx")]
    [InlineData("embedder_batch4.onnx")]
    public void A_feature_is_what_the_model_says_whatever_the_batch_and_the_threads(string model)
    {
        using var embedder = FaceEmbedder.Load(FaceReference.File(model), Plain with { BatchSize = 3 });
        Assert.Equal((32, 32, 48), (embedder.Rows, embedder.Columns, embedder.Dimension));
        var random = new Random(2);
        var faces = Enumerable.Range(0, 7).Select(_ => new FaceCrop([.. Enumerable.Range(0, 3072).Select(_ => (float)random.Next(256))], 32, 32)).ToArray();
        var features = embedder.Embed(faces, WorkContext.Default with { Threads = 1 });
        for (var i = 0; i < faces.Length; i++)
        {
            var first = Enumerable.Range(0, 64).Average(k => faces[i].Values[(k / 8 * 32) + (k % 8)]);
            Assert.Equal(first, features[i][0], 1e-3);
        }

        var again = embedder.Embed(faces, WorkContext.Default with { Threads = 3 });
        Assert.All(features.Zip(again), pair => Assert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public void Values_are_normalised_channels_turned_and_the_mirrored_face_added()
    {
        var face = new FaceCrop([.. Enumerable.Range(0, 3072).Select(i => (float)(i / 1024 * 10) + (i % 32))], 32, 32);
        float[] Of(FaceEmbeddingOptions options)
        {
            using var embedder = FaceEmbedder.Load(FaceReference.File("embedder.onnx"), options);
            return embedder.Embed([face], WorkContext.Default)[0];
        }

        var plain = Of(Plain);
        Assert.Equal((3.5f - 127.5f) / 128, Of(new FaceEmbeddingOptions { Scale = 128 })[0], 1e-5f);
        Assert.Equal(plain[0] + 20, Of(Plain with { BlueFirst = true })[0], 1e-4f);
        Assert.Equal(plain[0] + plain[3], Of(Plain with { Mirrored = true })[0], 1e-4f);
    }

    [Theory]
    [InlineData("detector.onnx", "FaceModelUnknown")]
    [InlineData("make.py", "OnnxInvalid")]
    [InlineData("nowhere.onnx", "ModelNotFound")]
    public void A_model_of_another_kind_is_no_embedder(string name, string id) =>
        Assert.Equal(id, Assert.Throws<InputException>(() => FaceEmbedder.Load(FaceReference.File(name), Plain)).ErrorId);

    [Theory]
    [InlineData("embedder.onnx", "FaceDetectorUnknown")]
    [InlineData("scene.png", "OnnxInvalid")]
    public void A_model_of_another_kind_is_no_detector(string name, string id) =>
        Assert.Equal(id, Assert.Throws<InputException>(() => FaceDetector.Load(FaceReference.File(name))).ErrorId);

    [Fact]
    public void The_real_models_tell_the_people_of_aligned_crops_apart()
    {
        using var zip = System.IO.Compression.ZipFile.OpenRead(TestData.Find("lfw_aligned64", "faces.zip"));
        using var folder = new TestFolder();
        var people = zip.Entries.Where(entry => entry.Name.EndsWith(".jpg", StringComparison.Ordinal))
            .GroupBy(entry => entry.FullName.Split('/')[0]).Take(6).Select(group => group.Take(4).ToArray()).ToArray();
        var paths = people.SelectMany((faces, p) => faces.Select((face, k) =>
        {
            var path = folder[$"{p}-{k}.jpg"];
            System.IO.Compression.ZipFileExtensions.ExtractToFile(face, path);
            return path;
        })).ToArray();
        using var embedder = FaceEmbedder.Load(
            TestData.Find("weights", "mobilefacenet_xiaoccer_112x96_bnfolded.onnx"), new FaceEmbeddingOptions { Scale = 128, Mirrored = true });
        var faces = new FaceExtractor(null, embedder, new FaceExtractionOptions()).Extract(paths, WorkContext.Default);
        var unit = new FeatureMatrix([.. faces.SelectMany(face => face.Faces[0].Feature)], paths.Length, embedder.Dimension).Normalize();
        double Cosine(int i, int j) => System.Numerics.Tensors.TensorPrimitives.Dot(unit.Row(i), unit.Row(j));
        var pairs = (from i in Enumerable.Range(0, paths.Length) from j in Enumerable.Range(0, i) select (Same: i / 4 == j / 4, Cosine: Cosine(i, j))).ToArray();
        Assert.InRange(pairs.Where(pair => pair.Same).Average(pair => pair.Cosine), 0.5, 0.9);
        Assert.InRange(pairs.Where(pair => !pair.Same).Average(pair => pair.Cosine), -0.2, 0.2);
    }

    [Fact]
    public void An_ONNX_model_takes_no_other_device()
    {
        var options = Plain with { Device = ComputeDevice.Parse("cuda") };
        var fault = Assert.Throws<InputException>(() => FaceEmbedder.Load(FaceReference.File("embedder.onnx"), options));
        Assert.Equal("DeviceNotUsed", fault.ErrorId);
    }

    [Fact]
    public void The_real_detector_finds_the_one_face_of_a_portrait()
    {
        using var detector = FaceDetector.Load(TestData.Find("weights", "face_detection_yunet_2026may.onnx"));
        var images = NpyFile.Read(TestData.Find("orl_faces", "images.npy"), WorkContext.Default);
        var grey = (byte[])images.Data;
        for (var i = 0; i < 400; i += 40)
        {
            var photograph = new Photograph([.. Enumerable.Range(0, 3 * 112 * 92).Select(k => grey[(i * 112 * 92) + (k / 3)])], 92, 112);
            var face = Assert.Single(detector.Detect(photograph, 640, 0.6f));
            var (right, left, nose) = (face.Landmarks[0], face.Landmarks[1], face.Landmarks[2]);
            Assert.True(right.X < nose.X + 8 && nose.X < left.X + 8 && nose.Y > Math.Min(right.Y, left.Y));
        }
    }
}
