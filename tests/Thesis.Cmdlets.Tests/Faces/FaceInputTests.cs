using System.Globalization;
using Parquet;
using Parquet.Schema;
using Xunit;

namespace Thesis.Cmdlets.Tests.Faces;

/// <summary>Files of every format, wildcards, and the pipeline, through Invoke-FaceClustering.</summary>
public sealed class FaceInputTests(FaceFolder faces) : IClassFixture<FaceFolder>
{
    // The rows of tests/data/formats: of the four directions, the last two lie within .05 of each other.
    private static readonly double[] Values = [.. Enumerable.Range(-5, 12).Select(i => i / 8.0)];
    private static readonly long[] Expected = [1, 2, 0, 0];

    [Theory]
    [InlineData("float16.npy")]
    [InlineData("float32.npy")]
    [InlineData("float64.npy")]
    [InlineData("float32.npy.gz")]
    [InlineData("fortran.npy")]
    [InlineData("stored.npz")]
    [InlineData("compressed.npz")]
    public void Files_of_NumPy_are_clustered(string name) =>
        AssertExpected(Path.Combine(ModuleSession.Root, "tests", "data", "formats", name));

    [Theory]
    [InlineData("csv", ',')]
    [InlineData("tsv", '\t')]
    public void Text_is_clustered(string extension, char separator)
    {
        var rows = Values.Chunk(3).Select(
            row => string.Join(separator, row.Select(value => value.ToString(CultureInfo.InvariantCulture))));
        File.WriteAllLines(faces[$"text.{extension}"], [string.Join(separator, "x", "y", "z"), .. rows]);
        AssertExpected(faces[$"text.{extension}"]);
    }

    [Fact]
    public async Task Parquet_is_clustered()
    {
        var token = TestContext.Current.CancellationToken;
        DataField<double>[] columns = [new("x"), new("y"), new("z")];
        await using (var file = File.Create(faces["faces.parquet"]))
        await using (var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema([.. columns]), file, cancellationToken: token))
        {
            using var group = writer.CreateRowGroup();
            for (var c = 0; c < columns.Length; c++)
            {
                double[] column = [.. Values.Where((_, i) => i % 3 == c)];
                await group.WriteAsync<double>(columns[c], column, cancellationToken: token);
            }
        }

        AssertExpected(faces["faces.parquet"]);
    }

    [Fact]
    public void One_of_several_matrices_is_named()
    {
        var path = Path.Combine(ModuleSession.Root, "tests", "data", "formats", "two.npz");
        Assert.Equal(["NpzEntryAmbiguous"], faces.Run($"Invoke-FaceClustering '{path}'").ErrorIds);
        Assert.Equal(4, faces.Run($"Invoke-FaceClustering '{path}' -FeatureName b -Threshold 0.5").Output.Count);
    }

    [Fact]
    public void A_format_that_is_not_read_is_one_error_that_lists_those_that_are()
    {
        File.WriteAllText(faces["faces.mat"], "?");
        var result = faces.Run("Invoke-FaceClustering faces.mat");
        Assert.Equal(["FeatureFileFormatUnknown"], result.ErrorIds);
        Assert.Contains(".parquet", result.Errors[0].Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wildcard_clusters_every_file_by_itself()
    {
        var source = Path.Combine(ModuleSession.Root, "tests", "data", "formats");
        var result = faces.Run($"Invoke-FaceClustering '{source}/float*.npy' -Threshold 0.05");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(12, result.Output.Count);
        Assert.Equal(3, result.Output.Select((_, i) => result.Get(i, "Source")).Distinct().Count());
        Assert.All(result.Clusters().Chunk(4), clusters => Assert.Equal(Expected, clusters));
    }

    [Theory]
    [InlineData("Invoke-FaceClustering none*.npy", "none*.npy")]
    [InlineData("'none.npy' | Invoke-FaceClustering", "none.npy")]
    [InlineData("Measure-FacePair -LiteralPath none.npy", "none.npy")]
    [InlineData("'none.npy' | Measure-FaceClustering -IdentityPath labels.txt", "none.npy")]
    [InlineData("Invoke-FaceClustering features.npy -IdentityPath none.txt", "none.txt")]
    public void What_names_nothing_is_one_error_with_its_full_path(string command, string name)
    {
        var error = Assert.Single(faces.Run(command).Errors);
        Assert.Equal(System.Management.Automation.ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Contains($"'{faces[name]}'", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Strings_and_files_bind_through_the_pipeline_of_every_cmdlet_of_faces()
    {
        var result = faces.Run("""
            'feat*.npy' | Invoke-FaceClustering -Threshold 0.5 | Select-Object -First 1 -ExpandProperty Source
            (Get-Item features.npy | Measure-FacePair -IdentityPath labels.txt).Source
            ('features.npy' | Measure-FacePair -IdentityPath labels.txt).Source
            ('z.npy' | Measure-FaceClustering -IdentityPath labels.txt).Count
            (Get-Item z.npy | Measure-FaceClustering -IdentityPath labels.txt).Count
            """);
        Assert.Empty(result.ErrorIds);
        string[] expected = [faces["features.npy"], faces["features.npy"], faces["features.npy"], "600", "600"];
        Assert.Equal(expected, result.Output.Select(item => item.ToString()));
    }

    [Fact]
    public void Columns_that_are_no_features_are_named_and_kept_and_bad_rows_may_be_left_out()
    {
        File.WriteAllLines(faces["table.csv"], ["id,f0,f1,det_score,album", "a,1,0,.5,June", "b,x,1,.6,June", "c,0,1,.7,July"]);
        File.WriteAllLines(faces["table.txt"], ["Ada", "Bob", "Cid"]);
        var result = faces.Run("Invoke-FaceClustering table.csv -Threshold 0.5");
        Assert.Equal(["FeatureValueInvalid"], result.ErrorIds);
        result = faces.Run("Invoke-FaceClustering table.csv -IdentityPath table.txt -Threshold 0.5 -SkipInvalid -Verbose");
        Assert.Empty(result.ErrorIds);
        Assert.Contains("line 3", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Equal(["a", "c"], result.Output.Select((_, i) => result.Get(i, "Id")));
        Assert.Equal([0, 2], result.Output.Select((_, i) => result.Get(i, "Index")));
        Assert.Equal(["Ada", "Cid"], result.Output.Select((_, i) => result.Get(i, "Identity")));
        Assert.Equal(["June", "July"], result.Output.Select((_, i) => result.Get(i, "album")));
        Assert.Equal([.5, .7], result.Output.Select((_, i) => result.Get(i, "det_score")));
        Assert.Equal("f0, f1; not det_score, album", result.Get(0, "FeatureColumns"));
        Assert.Contains(result.Verbose, line => line.Contains("f0, f1; not det_score", StringComparison.Ordinal));
        result = faces.Run("Invoke-FaceClustering table.csv -FeatureColumn f0, det* -Threshold 0.5 -SkipInvalid -Summary");
        Assert.Equal("f0, det_score; not f1, album", result.Get(0, "FeatureColumns"));
    }

    [Theory]
    [InlineData("-IdName face", "FeatureColumnNotFound", "'face' (-IdName)")]
    [InlineData("-IdentityName who", "FeatureColumnNotFound", "'who' (-IdentityName)")]
    [InlineData("-FeatureColumn f*", "FeatureColumnNotFound", "-FeatureName names their property")]
    [InlineData("-FeatureDimension 3", "FeatureDimensionMismatch", "has 2 values, not 3")]
    public void What_no_object_of_the_pipeline_bears_is_one_error(string arguments, string id, string message)
    {
        var result = faces.Run($"@{{ Feature = 1, 0 }} | Invoke-FaceClustering {arguments}");
        Assert.Equal([id], result.ErrorIds);
        Assert.Contains(message, result.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void A_name_that_one_object_of_the_pipeline_bears_is_known()
    {
        var result = faces.Run("@{ Feature = 1, 0; Who = 'Ada' }, @{ Feature = 0, 1 } | Invoke-FaceClustering -IdentityName Who -Threshold 0.5");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(["Ada", null], result.Output.Select((_, i) => result.Get(i, "Identity")));
    }

    // PowerShell would make 15 of it.
    [Fact]
    public void A_decimal_comma_in_an_object_is_no_number()
    {
        var result = faces.Run("@{ Feature = '1,5', '2' }, @{ Feature = '1.5', '2e0' } | Invoke-FaceClustering -Threshold 0.5");
        Assert.Equal(["FeatureValueInvalid"], result.ErrorIds);
        Assert.Equal(1, result.Get(0, "Index"));
    }

    [Fact]
    public void Properties_that_records_have_of_their_own_are_named()
    {
        const string face = "@{ Feature = 1, 0; cluster = 'mine'; Album = 'June' } | Invoke-FaceClustering -Threshold 0.5";
        var result = faces.Run(face);
        Assert.Contains("cluster", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Equal((0, "June"), (result.Get(0, "Cluster"), result.Get(0, "Album")));
        Assert.Empty(faces.Run(face + " -Summary").Warnings);
    }

    // Behind the ids, where pandas' column of row numbers is not the first; and what PowerShell keeps for itself.
    [Fact]
    public void Columns_of_names_that_no_property_can_have_cost_no_record()
    {
        File.WriteAllLines(faces["odd.csv"], ["id,,f0,f1,PSObject,album", "a,0,1,0,x,June"]);
        var result = faces.Run(
            "Invoke-FaceClustering odd.csv -Threshold 0.5; [ordered]@{ '' = 1; Feature = 1, 0; psbase = 2 } | Invoke-FaceClustering -Threshold 0.5");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(2, result.Output.Count);
        Assert.Equal("June", result.Get(0, "album"));
        Assert.Contains("PSObject", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_literal_path_takes_brackets_as_they_are()
    {
        File.Copy(faces["features.npy"], faces["set[1].npy"], overwrite: true);
        Assert.Equal(600, faces.Run("Invoke-FaceClustering -LiteralPath 'set[1].npy' -Threshold 0.5").Output.Count);
        Assert.Equal(["PathNotFound"], faces.Run("Invoke-FaceClustering 'set[1].npy' -Threshold 0.5").ErrorIds);
    }

    [Fact]
    public void Commands_run_inside_ForEach_Object()
    {
        var result = faces.Run("""
            'AHC', 'DDC', 'ARO' | ForEach-Object {
                Invoke-FaceClustering features.npy -IdentityPath labels.txt -Method $_ -Oracle | Measure-FaceClustering
            }
            """);
        Assert.Empty(result.ErrorIds);
        Assert.Equal(3, result.Output.Count);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(600, result.Count(i, "Count")));
    }

    [Fact]
    public void Files_and_sets_come_through_the_pipeline()
    {
        var result = faces.Run("""
            'features.npy', [pscustomobject]@{ FeaturePath = 'features.npy'; IdentityPath = 'labels.txt' } |
                Invoke-FaceClustering -Threshold 0.5
            """);
        Assert.Empty(result.ErrorIds);
        Assert.Equal(1200, result.Output.Count);
        Assert.Null(result.Get(0, "Identity"));
        Assert.NotNull(result.Get(600, "Identity"));
        Assert.Equal(result.Clusters()[..600], result.Clusters()[600..]);
    }

    [Fact]
    public void What_Resolve_Path_emits_is_a_file()
    {
        var result = faces.Run(
            "$ExecutionContext.SessionState.Path.GetResolvedPSPathFromPSPath('features.npy') | Invoke-FaceClustering -Threshold 0.5");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(600, result.Output.Count);
    }

    [Theory]
    [InlineData("", "PathNotFile", "'{0}' is a folder, not a file.")]
    [InlineData("/none.npy", "PathNotFound", "There is no file '{0}'.")]
    public void A_file_object_that_is_no_file_is_named_without_its_provider(string name, string id, string message)
    {
        var path = Path.GetDirectoryName(faces["features.npy"]) + name;
        var result = faces.Run(
            $"[pscustomobject]@{{ PSPath = 'Microsoft.PowerShell.Core\\FileSystem::{path}' }} | Invoke-FaceClustering");
        Assert.Equal([id], result.ErrorIds);
        Assert.Equal(string.Format(CultureInfo.InvariantCulture, message, path), result.Errors[0].Exception.Message);
        Assert.Equal(path, result.Errors[0].TargetObject);
    }

    [Fact]
    public void A_seed_repeats_a_k_means_with_any_number_of_threads()
    {
        const string means = "Invoke-FaceClustering features.npy -Method KMeans -ClusterCount 60";
        var first = faces.Run($"{means} -Seed 3 -ThreadCount 1");
        Assert.Empty(first.ErrorIds);
        Assert.Equal(first.Clusters(), faces.Run($"{means} -Seed 3 -ThreadCount 2").Clusters());
        Assert.NotEqual(first.Clusters(), faces.Run($"{means} -Seed 4").Clusters());
    }

    [Fact]
    public void One_face_is_clustered_without_an_operating_point()
    {
        var result = faces.Run(", [double[]](1, 2, 3) | Invoke-FaceClustering");
        Assert.Empty(result.ErrorIds);
        Assert.Equal([0], result.Clusters());
    }

    private void AssertExpected(string path)
    {
        var result = faces.Run($"Invoke-FaceClustering '{path}' -Threshold 0.05");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(Expected, result.Clusters());
    }
}
