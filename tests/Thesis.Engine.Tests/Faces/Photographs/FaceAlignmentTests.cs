using System.Numerics;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces;

/// <summary>The similarity transform, the aligned face, its sharpness and the scaled planes, against NumPy and OpenCV.</summary>
public sealed class FaceAlignmentTests
{
    private static DetectedFace Face
    {
        get
        {
            var values = FaceReference.Numbers("landmarks");
            return new DetectedFace(
                0, 0, 1, 1, 1, [.. Enumerable.Range(0, 5).Select(k => new Vector2((float)values[2 * k], (float)values[(2 * k) + 1]))]);
        }
    }

    [Fact]
    public void The_similarity_is_the_least_squares_solution()
    {
        var there = SimilarityTransform.Between(Face.Landmarks, FaceTemplate.Of(112, 112))!.Value;
        var expected = FaceReference.Numbers("similarity");
        Assert.Equal(expected[0], there.A, 1e-6);
        Assert.Equal(expected[1], there.B, 1e-6);
        Assert.Equal(expected[2], there.U, 1e-4);
        Assert.Equal(expected[3], there.V, 1e-4);
        var (x, y) = there.Inverse().Apply(there.Apply(12, 34).X, there.Apply(12, 34).Y);
        Assert.Equal(12, x, 1e-9);
        Assert.Equal(34, y, 1e-9);
    }

    [Fact]
    public void An_aligned_face_is_that_of_warpAffine()
    {
        var crop = FaceCrop.Align(PhotographFile.Read(FaceReference.File("scene.png")), Face, 112, 112)!;
        var expected = FaceReference.Numbers("crop");
        for (var i = 0; i < expected.Length; i++)
        {
            var (channel, cell) = (i % 3, i / 3);
            var (y, x) = (8 * (cell / 14), 8 * (cell % 14));

            // OpenCV puts its samples on a grid of 1/32 of a pixel.
            Assert.Equal(expected[i], crop.Values[(channel * 112 * 112) + (y * 112) + x], 4.0);
        }

        Assert.InRange(Enumerable.Range(0, expected.Length).Average(i =>
            Math.Abs(expected[i] - crop.Values[(i % 3 * 112 * 112) + (8 * (i / 3 / 14) * 112) + (8 * (i / 3 % 14))])), 0, 0.3);
        Assert.Equal(FaceReference.Number("sharpness"), crop.Sharpness(), FaceReference.Number("sharpness") * 0.03);
    }

    [Fact]
    public void Scaling_down_averages_areas()
    {
        var planes = PhotographPlanes.Scaled(PhotographFile.Read(FaceReference.File("scene.png")), 0.4, default);
        Assert.Equal((64, 64), (planes.Rows, planes.Columns));
        var expected = FaceReference.Numbers("areas");
        for (var i = 0; i < expected.Length; i++)
        {
            var (channel, cell) = (2 - (i % 3), i / 3);
            Assert.Equal(expected[i], planes.Values[(channel * 64 * 64) + (6 * (cell / 8) * 64) + (8 * (cell % 8))], 2e-3);
        }

        Assert.All(planes.Values.AsSpan(48 * 64, 16 * 64).ToArray(), value => Assert.Equal(0, value));
    }

    // Four times as large a picture, of the same mean over each 4 x 4 pixels, must give the same face.
    [Fact]
    public void A_face_much_larger_than_the_template_is_averaged_and_not_picked_from()
    {
        var random = new Random(7);
        var small = new Photograph([.. Enumerable.Range(0, 3 * 40 * 40).Select(_ => (byte)random.Next(40, 200))], 40, 40);
        var pixels = new byte[3 * 160 * 160];
        for (var y = 0; y < 160; y++)
        {
            for (var x = 0; x < 480; x++)
            {
                var noise = ((y + (x / 3)) % 2 == 0) ? 30 : -30;
                pixels[(y * 480) + x] = (byte)(small.Pixels[(y / 4 * 120) + (x / 12 * 3) + (x % 3)] + noise);
            }
        }

        var whole = FaceCrop.FromAligned(new Photograph(pixels, 160, 160), 40, 40, "whole");
        var part = FaceCrop.FromAligned(small, 40, 40, "part");
        Assert.All(whole.Values.Zip(part.Values), pair => Assert.Equal(pair.Second, pair.First, 0.01f));
    }

    [Fact]
    public void A_square_face_loses_columns_for_a_narrow_model_and_another_shape_is_refused()
    {
        var square = new Photograph([.. Enumerable.Range(0, 3 * 112 * 112).Select(i => (byte)(i / 3 % 112))], 112, 112);
        var narrow = FaceCrop.FromAligned(square, 112, 96, "square");
        Assert.Equal(8, narrow.Values[0], 1e-4f);
        Assert.Equal(103, narrow.Values[95], 1e-4f);
        var fault = Assert.Throws<InputException>(() => FaceCrop.FromAligned(new Photograph(new byte[3 * 112 * 92], 92, 112), 112, 96, "orl"));
        Assert.Equal(("CropShapeUnknown", (object?)"orl"), (fault.ErrorId, fault.Target));
    }

    [Fact]
    public void Landmarks_of_one_point_give_no_face()
    {
        var face = new DetectedFace(0, 0, 1, 1, 1, [.. Enumerable.Repeat(new Vector2(3, 4), 5)]);
        Assert.Null(FaceCrop.Align(new Photograph(new byte[3 * 64], 8, 8), face, 32, 32));
    }
}
