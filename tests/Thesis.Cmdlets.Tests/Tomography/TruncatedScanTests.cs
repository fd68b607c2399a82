using Xunit;

namespace Thesis.Cmdlets.Tests.Tomography;

/// <summary>Sinograms that end within the body: said, and continued by -Extrapolate.</summary>
public sealed class TruncatedScanTests(ModuleSession session) : SliceFolderTests(session), IClassFixture<ModuleSession>
{
    // 32 pixels of 1 cm, a body of radius 13 cm, and a detector that sees 10 cm to each side.
    private const string Narrow = """
        { "detector": "parallel", "views": 60, "bins": 81, "bin_spacing_cm": 0.25, "image_size": 32, "pixel_size_cm": 1,
          "angular_range_rad": 3.141592653589793 }
        """;

    private const string Project =
        "param($Folder) ConvertTo-Sinogram \"$Folder/a.npy\" -Geometry \"$Folder/narrow.json\" "
        + "-Destination \"$Folder/sinograms\"";

    private const string Reconstruct = "param($Folder) ConvertFrom-Sinogram \"$Folder/sinograms\" -Destination ";

    [Fact]
    public void ConvertFrom_Sinogram_says_it_and_continues_the_views()
    {
        Write(SliceFiles.Body(metalRadius: 0));
        var plain = Run(Reconstruct + "\"$Folder/plain\"");
        Assert.Contains("60 of 60 views", Assert.Single(plain.Warnings), StringComparison.Ordinal);
        Assert.Equal(60, plain.Get(0, "TruncatedViews"));
        var continued = Run(Reconstruct + "\"$Folder/continued\" -Extrapolate");
        Assert.Empty(continued.Warnings);
        Assert.Empty(continued.ErrorIds);
        Assert.Equal(60, continued.Get(0, "TruncatedViews"));

        // Water, 0 HU, in the middle; pixels of 1 cm make the slope at the edge a rough one.
        Assert.True(Middle("plain") > 40, $"{Middle("plain")}");
        Assert.True(Math.Abs(Middle("continued")) < 0.6 * Middle("plain"), $"{Middle("continued")}, {Middle("plain")}");
        Assert.Equal(["ParametersClash"], Run(Reconstruct + "\"$Folder/x\" -Extrapolate -Direct").ErrorIds);

        float Middle(string folder) => SliceFiles.Read(In($"{folder}/a.fbp.npy"))[(16 * SliceFiles.Size) + 16];
    }

    [Fact]
    public void A_reduction_of_a_measured_sinogram_says_it_and_continues_the_views()
    {
        Write(SliceFiles.Body());
        File.Copy(In("sinograms/a.sinogram.npy"), In("a.sinogram.npy"));
        File.Copy(In("sinograms/a.sinogram.json"), In("a.sinogram.json"));
        File.Delete(In("narrow.json"));
        var plain = Reduce("$Folder", "-Method LI -Destination \"$Folder/plain\"");
        Assert.Contains("-Extrapolate", Assert.Single(plain.Warnings), StringComparison.Ordinal);
        var continued = Reduce("$Folder", "-Method LI -Extrapolate -Destination \"$Folder/continued\"");
        Assert.Empty(continued.Warnings);
        Assert.Empty(continued.Errors.Select(error => error.Exception.Message));
        Assert.True(Water("plain") > 40, $"{Water("plain")}");
        Assert.True(Math.Abs(Water("continued")) < 0.6 * Water("plain"), $"{Water("continued")}, {Water("plain")}");

        // Another setting is another file.
        var resumed = Reduce("$Folder", "-Method LI -Resume -Destination \"$Folder/continued\"");
        Assert.Equal(["ResumeSettingsDiffer"], resumed.ErrorIds);

        float Water(string folder) => SliceFiles.Read(In($"{folder}/a.li.npy"))[(16 * SliceFiles.Size) + 10];
    }

    private void Write(float[] slice)
    {
        SliceFiles.Write(In("a.npy"), slice);
        File.WriteAllText(In("narrow.json"), Narrow);
        Assert.Empty(Run(Project).ErrorIds);
    }
}
