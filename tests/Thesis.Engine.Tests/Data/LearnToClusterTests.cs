using System.Runtime.InteropServices;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Data;

/// <summary>The layout of learn-to-cluster: features in .bin, labels in .meta, knns in npz.</summary>
public sealed class LearnToClusterTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Features_are_float32_rows_of_the_dimension_that_is_given_and_labels_one_a_line()
    {
        float[] values = [1, 2, 3, -4, 0.5f, 1e-20f];
        var path = _folder.Write("part1_test.bin", MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        var read = Read(path, 3);
        Assert.Equal((2, 3), (read.Features.Count, read.Features.Dimension));
        Assert.Equal(values, read.Features.Values);
        File.WriteAllText(_folder["part1_test.meta"], "17\n4\n");
        Assert.Equal(["17", "4"], IdentityFile.Read(_folder["part1_test.meta"], 2, WorkContext.Default));
    }

    [Theory]
    [InlineData(24, null, "FeatureDimensionMissing")]
    [InlineData(24, 4, "FeatureShapeInvalid")]
    [InlineData(25, 3, "FeatureShapeInvalid")]
    [InlineData(0, 3, "FeatureShapeInvalid")]
    [InlineData(24, 3, "FeatureZero")]
    public void Bytes_that_are_no_features_are_refused(int bytes, int? dimension, string errorId)
    {
        var path = _folder.Write("x.bin", new byte[bytes]);
        Assert.Equal(errorId, Assert.Throws<InputException>(() => Read(path, dimension)).ErrorId);
    }

    [Fact]
    public void The_dimension_of_another_file_must_be_the_one_that_is_given()
    {
        File.WriteAllText(_folder["x.csv"], "1,2\n3,4\n");
        Assert.Equal(2, Read(_folder["x.csv"], 2).Features.Dimension);
        Assert.Equal("FeatureDimensionMismatch", Assert.Throws<InputException>(() => Read(_folder["x.csv"], 256)).ErrorId);
    }

    [Fact]
    public void Lists_that_were_written_give_the_clusters_that_are_searched()
    {
        var features = TestFeatures.Clustered(60, 8, 6, 0.3, seed: 98);
        var searched = ExactNeighbours.Search(features, 10, WorkContext.Default);
        var values = new float[60 * 2 * 10];
        for (var i = 0; i < 60; i++)
        {
            for (var k = 0; k < 10; k++)
            {
                values[(i * 20) + k] = searched.Of(i)[k];
                values[(i * 20) + 10 + k] = 1 - searched.SimilaritiesOf(i)[k];
            }
        }

        NpyFile.Write<float>(_folder["knns.npy"], values, 60, 2, 10);
        var read = NeighbourFile.Read(_folder["knns.npy"], 60, WorkContext.Default);
        Assert.Equal(searched.Indices, read.Indices);
        var options = new EarlyStoppingOptions { Neighbours = 10 };
        Assert.Equal(
            EarlyStopping.Cluster(features, options, new SeededRandom(1), WorkContext.Default),
            EarlyStopping.Cluster(features, options with { Lists = read }, new SeededRandom(1), WorkContext.Default));
    }

    [Fact]
    public void A_face_that_its_list_does_not_begin_with_is_put_first()
    {
        // Of copies faiss may list another first, or leave the face itself out.
        NpyFile.Write<float>(_folder["knns.npy"], new float[] { 1, 0, 0, 0, 0, 2, 0.1f, 0.5f, 2, 1, 0, 0.2f }, 3, 2, 2);
        var read = NeighbourFile.Read(_folder["knns.npy"], 3, WorkContext.Default);
        Assert.Equal([0, 1, 1, 0, 2, 1], read.Indices);
        Assert.Equal([1, 1, 1, 0.9f, 1, 0.8f], read.Similarities);
    }

    [Theory]
    [InlineData(0, -1f, 0)]
    [InlineData(1, 3f, 0)]
    [InlineData(5, 0.5f, 1)]
    [InlineData(8, 2f, 2)]
    [InlineData(8, float.NaN, 2)]
    [InlineData(10, 7f, 2)]
    [InlineData(11, float.NaN, 2)]
    public void An_entry_that_is_no_neighbour_is_refused_with_its_row(int at, float value, int row)
    {
        var values = new float[] { 0, 1, 0, 0.2f, 1, 0, 0, 0.2f, 2, 1, 0, 0.2f };
        values[at] = value;
        if (at == 8 && value == 2f) values[9] = 2;
        NpyFile.Write<float>(_folder["knns.npy"], values, 3, 2, 2);
        var fault = Assert.Throws<InputException>(() => NeighbourFile.Read(_folder["knns.npy"], 3, WorkContext.Default));
        Assert.Equal(("NeighbourFileInvalid", row), (fault.ErrorId, fault.Target));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    public void Lists_of_other_faces_are_refused(int count)
    {
        NpyFile.Write<float>(_folder["knns.npy"], new float[12], 3, 2, 2);
        Assert.Equal("NeighbourFileInvalid", Assert.Throws<InputException>(
            () => NeighbourFile.Read(_folder["knns.npy"], count, WorkContext.Default)).ErrorId);
    }

    private static FeatureSet Read(string path, int? dimension) =>
        FeatureFile.Read(path, new FeatureFileOptions { Dimension = dimension }, WorkContext.Default);
}
