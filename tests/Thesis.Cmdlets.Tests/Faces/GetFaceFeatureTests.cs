using Xunit;

namespace Thesis.Cmdlets.Tests.Faces;

/// <summary>Get-FaceFeature by models whose answers are known (tests/data/faces).</summary>
public sealed class GetFaceFeatureTests(FaceFolder folder) : IClassFixture<FaceFolder>
{
    private const string Find = "Get-FaceFeature photographs -DetectorPath detector.onnx -ModelPath model.onnx ";

    [Fact]
    public void Faces_have_box_landmarks_score_and_feature_and_each_one_left_out_a_reason()
    {
        var left = folder[$"{Guid.NewGuid():N}.csv"];
        var found = folder.Run(Find + $"-MinimumScore 0.8 -LeftOutPath '{left}' -Verbose");
        Assert.Empty(found.ErrorIds);
        Assert.Equal(2, found.Output.Count);
        Assert.Equal(folder["photographs/cells.png"] + "#1", found.Get(0, "Id"));
        Assert.Equal(1, found.Get(0, "Face"));
        Assert.Equal(32f, (float)found.Get(0, "Left")!, 1e-2f);
        Assert.Equal(96f, (float)found.Get(0, "Size")!, 1e-2f);
        Assert.Equal(1f, (float)found.Get(0, "Score")!, 1e-4f);
        Assert.Equal(48, ((float[])found.Get(0, "Feature")!).Length);
        Assert.Equal(2, ((float[])found.Get(0, "Nose")!).Length);
        var lines = File.ReadAllLines(left);
        Assert.StartsWith("photograph,reason,left", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith(folder["photographs/cells.png"] + ",ScoreTooLow,192", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith(folder["photographs/empty.png"] + ",NoFace,,", StringComparison.Ordinal));
        Assert.Equal(["Left out: 1 ScoreTooLow, 1 NoFace."], found.Warnings);
        Assert.Contains(found.Verbose, line => line.Contains("ScoreTooLow", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-MinimumSize 97", "FaceTooSmall", 3)]
    [InlineData("-MinimumSharpness 1e6", "Blurred", 3)]
    [InlineData("-LargestOnly", "NotLargest", 2)]
    public void The_gate_names_its_reason(string gate, string reason, int count) =>
        Assert.Contains(
            folder.Run(Find + gate).Warnings, line => line.Contains($"{count} {reason}", StringComparison.Ordinal));

    [Fact]
    public void A_bad_file_is_one_error_and_the_rest_goes_on()
    {
        var mixed = Directory.CreateDirectory(folder[$"{Guid.NewGuid():N}"]).FullName;
        foreach (var name in new[] { "cells.png", "cut.jpg" }) File.Copy(FaceFolder.Data(name), Path.Combine(mixed, name));
        File.Copy(FaceFolder.Data("animation.gif"), Path.Combine(mixed, "named.jpg"));
        File.WriteAllText(Path.Combine(mixed, "Thumbs.db"), "");
        var found = folder.Run($"Get-FaceFeature '{mixed}' -DetectorPath detector.onnx -ModelPath model.onnx");
        Assert.Equal(["ImageInvalid", "ImageInvalid"], found.ErrorIds);
        Assert.Equal(Path.Combine(mixed, "cut.jpg"), found.Errors[0].TargetObject);
        Assert.Equal(3, found.Output.Count);
        Assert.Contains("1 NotAnImage", Assert.Single(found.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Aligned_faces_keep_their_folder_s_name_and_pipe_into_a_clustering()
    {
        var found = folder.Run(
            "Get-FaceFeature crops -Aligned -Recurse -FolderIdentity -ModelPath model.onnx | Invoke-FaceClustering -ClusterCount 2 "
            + "| Measure-FaceClustering");
        Assert.Empty(found.ErrorIds);
        Assert.Equal(1.0, (double)found.Get(0, "BCubedF")!, 1e-9);
    }

    [Theory]
    [InlineData("npz")]
    [InlineData("csv")]
    public void A_file_of_features_is_what_Invoke_FaceClustering_takes(string format)
    {
        var name = $"{Guid.NewGuid():N}.{format}";
        var direct = folder.Run($"Get-FaceFeature crops -Aligned -Recurse -FolderIdentity -ModelPath model.onnx -FeaturePath {name}");
        Assert.Equal(8, direct.Output.Count);
        var read = folder.Run($"Invoke-FaceClustering {name} -ClusterCount 2");
        Assert.Empty(read.ErrorIds);
        Assert.Equal(direct.Output.Select(face => face.Properties["Id"].Value), read.Output.Select(face => face.Properties["Id"].Value));
        Assert.Equal("bright", read.Get(0, "Identity"));
        Assert.Contains("FileExists", folder.Run($"Get-FaceFeature crops -Aligned -ModelPath model.onnx -FeaturePath {name}").ErrorIds);
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        var found = folder.Run("Get-FaceFeature crops/dark -Aligned -ModelPath model.onnx -FeaturePath none.npz -LeftOutPath none.csv -WhatIf");
        Assert.Equal(4, found.Output.Count);
        Assert.False(File.Exists(folder["none.npz"]) || File.Exists(folder["none.csv"]));
    }

    [Theory]
    [InlineData("-ModelPath model.onnx", "FaceDetectorMissing")]
    [InlineData("-ModelPath model.onnx -Aligned -DetectorPath detector.onnx", "FaceDetectorNotUsed")]
    [InlineData("-ModelPath detector.onnx -Aligned", "FaceModelUnknown")]
    [InlineData("-ModelPath model.onnx -DetectorPath model.onnx", "FaceDetectorUnknown")]
    [InlineData("-ModelPath model.onnx -Aligned -FeaturePath a.npy", "FeatureFileFormatUnknown")]
    [InlineData("-ModelPath model.onnx -Aligned -FeaturePath a.csv -LeftOutPath a.csv", "TargetTaken")]
    public void A_misuse_ends_the_command_before_anything_is_read(string parameters, string id)
    {
        var found = folder.Run("Get-FaceFeature crops/dark " + parameters);
        Assert.Equal([id], found.ErrorIds);
        Assert.Empty(found.Output);
    }

    [Theory]
    [InlineData("'crops/dark/0.png'")]
    [InlineData("(Get-Item crops/dark/0.png)")]
    [InlineData("[pscustomobject]@{ Path = 'crops/dark/0.png' }")]
    public void Photographs_come_by_the_pipeline(string item)
    {
        var found = folder.Run($"{item} | Get-FaceFeature -Aligned -ModelPath model.onnx");
        Assert.Equal(folder["crops/dark/0.png"], Assert.Single(found.Output).Properties["Id"].Value);
    }
}
