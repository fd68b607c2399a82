using System.Numerics;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;

namespace Thesis.Engine.Tests.Faces;

/// <summary>What is written of faces is read again by the readers of features, whole.</summary>
public sealed class FaceFeatureFileTests
{
    private static readonly FaceFeatureRow[] Rows =
    [
        new("a/ä 1.jpg#1", "a/ä 1.jpg", "Zoë, \"Z\"", "model 0a1b", new EmbeddedFace(
            new DetectedFace(1.5f, 2, 30, 40, 0.9f, [.. Enumerable.Range(0, 5).Select(k => new Vector2(k, k + 0.25f))]), 12.5, [0.1f, -2, 3e-8f])),
        new("𝄞.png", "𝄞.png", "", "model 0a1b", new EmbeddedFace(null, 0, [1, 2, 3])),
    ];

    [Theory]
    [InlineData("faces.npz")]
    [InlineData("faces.csv")]
    public void Features_ids_and_identities_come_back(string name)
    {
        using var folder = new TestFolder();
        FaceFeatureFile.Write(Rows, folder[name], overwrite: false);
        var faces = FeatureFile.Read(folder[name], FeatureFileOptions.Default, WorkContext.Default);
        Assert.Equal(Rows.SelectMany(row => row.Face.Feature), faces.Features.Values);
        Assert.Equal(Rows.Select(row => row.Id), faces.Ids);
        Assert.Equal(Rows.Select(row => row.Identity), faces.Identities);
        object?[] Of(string property) => faces.Properties.First(one => one.Name.TrimEnd('s') == property).Values;
        Assert.Equal(Rows.Select(row => row.Path), Of("photograph"));
        Assert.Equal(Rows.Select(row => row.Model), Of("model"));
        Assert.Equal("1.5", Convert.ToString(Of("left")[0], System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(Of("left")[1] is null or "");
        var bytes = File.ReadAllBytes(folder[name]);
        FaceFeatureFile.Write(Rows, folder[name], overwrite: true);
        Assert.Equal(bytes, File.ReadAllBytes(folder[name]));
        Assert.Equal("FileExists", Assert.Throws<InputException>(() => FaceFeatureFile.Write(Rows, folder[name], overwrite: false)).ErrorId);
    }

    [Fact]
    public void Another_format_is_refused() =>
        Assert.Equal(DataErrorIds.FormatUnknown, Assert.Throws<InputException>(() => FaceFeatureFile.CheckPath("faces.npy")).ErrorId);
}
