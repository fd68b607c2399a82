using System.Management.Automation;
using Xunit;

namespace Thesis.Cmdlets.Tests.Faces;

public sealed class InvokeFaceClusteringTests : IClassFixture<ModuleSession>, IDisposable
{
    // Three people, three faces each, in the plane; the last face of the list is nobody's.
    private const string TenFaces = """
        $angles = 0, 2, 4, 90, 92, 94, 180, 182, 184, 270
        $index = 0
        $faces = foreach ($angle in $angles) {
            $radians = $angle * [Math]::PI / 180
            [pscustomobject]@{
                Id = "face$index"
                Identity = if ($index -eq 9) { 'stranger' } else { "person$([Math]::Floor($index / 3))" }
                Feature = [double[]]([Math]::Cos($radians), [Math]::Sin($radians))
            }
            $index++
        }

        """;

    private readonly ModuleSession _session;
    private readonly string _folder = Directory.CreateTempSubdirectory("thesis-test-").FullName;

    public InvokeFaceClusteringTests(ModuleSession session) => _session = session;

    public static TheoryData<string> LinkageMethods => ["AHC", "PAHC", "DDC", "DDC-NEG", "ARO"];

    [Fact]
    public void Objects_of_the_pipeline_become_one_clustering_with_their_ids()
    {
        var result = _session.Run(TenFaces + "$faces | Invoke-FaceClustering -Threshold 0.5");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(10, result.Output.Count);
        Assert.Equal([0, 0, 0, 1, 1, 1, 2, 2, 2, 3], result.Output.Select((_, i) => (int)result.Get(i, "Cluster")!));
        Assert.Equal("face4", result.Get(4, "Id"));
        Assert.Equal("person1", result.Get(4, "Identity"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Threshold 0.5")]
    [InlineData("-Auto")]
    public void One_face_is_a_cluster_whose_curve_has_no_row(string cut)
    {
        var (curve, plot) = (Path.Combine(_folder, "curve.csv"), Path.Combine(_folder, "curve.png"));
        var result = _session.Run(TenFaces + $"$faces[0] | Invoke-FaceClustering {cut} -CurvePath '{curve}' -PlotPath '{plot}'");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(0, (int)result.Get(0, "Cluster")!);
        Assert.Equal("threshold,clusters,kink,singletons,expected_wrong_merges,expected_splits", Assert.Single(File.ReadAllLines(curve)));
        Assert.True(new FileInfo(plot).Length > 0);
    }

    [Fact]
    public void Cohesion_and_outliers_follow_their_definitions()
    {
        var result = _session.Run(TenFaces + "$faces | Invoke-FaceClustering -Threshold 0.5");
        var expected = (Math.Cos(2 * Math.PI / 180) + Math.Cos(4 * Math.PI / 180)) / 2;
        Assert.Equal(expected, (double)result.Get(0, "Cohesion")!, 1e-6);
        Assert.False((bool)result.Get(0, "Outlier")!);
        Assert.True((bool)result.Get(9, "Outlier")!);
        Assert.Null(result.Get(9, "Cohesion"));
    }

    [Theory]
    [MemberData(nameof(LinkageMethods))]
    public void Every_linkage_method_finds_the_three_people_and_the_stranger(string method)
    {
        var result = _session.Run(
            TenFaces + $"$faces | Invoke-FaceClustering -Method {method} -Oracle -NeighbourCount 2 -NegativeOffset 4 "
            + "-RankCount 5 -Epsilon 0.1 -Eta 0.3 | Measure-FaceClustering");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(1.0, (double)result.Get(0, "BCubedF")!, 1e-12);
        Assert.Equal(4, result.Get(0, "Clusters"));
    }

    // The lists of ARO do not count the face, those of FC-ES do.
    [Fact]
    public void The_lists_of_one_method_are_not_checked_as_those_of_another()
    {
        Assert.Empty(_session.Run(TenFaces + "$faces[0, 1, 4] | Invoke-FaceClustering -Method ARO -RankCount 1").ErrorIds);
        Assert.Equal(
            ["NeighbourCountInvalid"],
            _session.Run(TenFaces + "$faces | Invoke-FaceClustering -Method FC-ES -RankCount 1").ErrorIds);
    }

    [Fact]
    public void A_bad_face_is_one_error_by_index_and_the_others_are_clustered()
    {
        var result = _session.Run(TenFaces + """
            $faces[2].Feature = [double[]](0, [double]::NaN)
            $faces[5].Feature = [double[]](1, 2, 3)
            $faces[7].Feature = 'not a vector'
            $faces | Invoke-FaceClustering -Threshold 0.5
            """);
        Assert.Equal(3, result.Errors.Count);
        Assert.Equal(7, result.Output.Count);
        Assert.Equal(
            new[] { "FeatureNotFinite", "FeatureRowRagged", "FeatureValueInvalid" }.Order(),
            result.ErrorIds.Order());
    }

    [Fact]
    public void A_missing_file_is_an_error_with_its_path_and_the_next_file_is_clustered()
    {
        var folder = _folder;
        var result = _session.Run(
            "param($Folder) New-SyntheticFace -Protocol smoke -Destination $Folder | Out-Null; "
            + "Invoke-FaceClustering -LiteralPath \"$Folder/none.npy\", \"$Folder/features.npy\" -Threshold 0.5 -Summary",
            ("Folder", folder));
        var error = Assert.Single(result.Errors);
        Assert.StartsWith("PathNotFound", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("none.npy", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.NotEmpty(result.Output);
    }

    [Fact]
    public void What_if_clusters_and_writes_no_file()
    {
        var target = Path.Combine(_folder, "z.npy");
        var result = _session.Run(
            TenFaces + $"$faces | Invoke-FaceClustering -Threshold 0.5 -DendrogramPath '{target}' -WhatIf");
        Assert.Equal(10, result.Output.Count);
        Assert.False(File.Exists(target));
    }

    [Fact]
    public void A_dendrogram_is_not_replaced_without_force()
    {
        var target = Path.Combine(_folder, "z.npy");
        var command = TenFaces + $"$faces | Invoke-FaceClustering -Threshold 0.5 -DendrogramPath '{target}'";
        Assert.Empty(_session.Run(command).ErrorIds);
        Assert.Equal(["FileExists"], _session.Run(command).ErrorIds);
        Assert.Empty(_session.Run(command + " -Force").ErrorIds);
    }

    [Fact]
    public void One_dendrogram_holds_the_tree_of_one_file_even_by_force()
    {
        var (first, second) = (Path.Combine(_folder, "one.csv"), Path.Combine(_folder, "two.csv"));
        File.WriteAllLines(first, Enumerable.Range(1, 5).Select(i => $"{i},1"));
        File.WriteAllLines(second, Enumerable.Range(1, 6).Select(i => $"1,{i}"));
        var target = Path.Combine(_folder, "z.npy");
        var result = _session.Run(
            $"Invoke-FaceClustering '{first}', '{second}' -Threshold 0.5 -DendrogramPath '{target}' -Force");
        Assert.Equal(["TargetTaken"], result.ErrorIds);
        Assert.Equal(second, result.Errors[0].TargetObject);
        Assert.Equal(5, result.Output.Count);
    }

    [Theory]
    [InlineData("-Threshold 0.5 -ClusterCount 3", "OperatingPointAmbiguous")]
    [InlineData("-Method DBSCAN -Threshold 0.5", "OperatingPointNotUsed")]
    [InlineData("-Method DBSCAN -Auto", "OperatingPointNotUsed")]
    [InlineData("-Method HDBSCAN -ClusterCount 3", "OperatingPointNotUsed")]
    [InlineData("-Method hdbscan -Auto", "OperatingPointNotUsed")]
    [InlineData("-Method DBSCAN -Calibration mobilefacenet", "OperatingPointNotUsed")]
    [InlineData("-Calibration nonesuch", "CalibrationUnknown")]
    [InlineData("-Calibration mobilefacenet -Auto", "OperatingPointAmbiguous")]
    [InlineData("-DendrogramPath same.npy -CurvePath ./same.npy", "TargetTaken")]
    [InlineData("-CurvePath same.png -PlotPath ./same.png", "TargetTaken")]
    [InlineData("-PlotPath plot.jpg", "PlotFormatUnknown")]
    [InlineData("-DendrogramPath /tmp -Force", "FileNotWritable")]
    [InlineData("-DendrogramPath /dev/null -Force", "FileNotWritable")]
    [InlineData("-Method KMeans", "ClusterCountMissing")]
    [InlineData("-Method SSC-OMP", "ClusterCountMissing")]
    [InlineData("-Threshold 0.5 -Device gpu", "DeviceNameInvalid")]
    public void Misuse_of_parameters_ends_the_command_before_any_computing(string parameters, string errorId)
    {
        var result = _session.Run(TenFaces + $"$faces | Invoke-FaceClustering {parameters}");
        Assert.Equal([errorId], result.ErrorIds);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void A_file_that_cannot_be_written_takes_no_clustering_with_it()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        var result = _session.Run(
            TenFaces + $"$faces | Invoke-FaceClustering -Threshold 0.5 -DendrogramPath '{file}/z.npy'");
        Assert.Equal(["FileNotWritable"], result.ErrorIds);
        Assert.Equal(10, result.Output.Count);
    }

    [Fact]
    public void A_method_without_a_tree_says_that_it_writes_none()
    {
        var target = Path.Combine(_folder, "z.npy");
        var result = _session.Run(TenFaces + $"$faces | Invoke-FaceClustering -Method DBSCAN -DendrogramPath '{target}'");
        Assert.Contains(target, Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.False(File.Exists(target));
    }

    [Fact]
    public void Faults_of_objects_name_their_place_and_the_others_are_kept()
    {
        var result = _session.Run("""
            [pscustomobject]@{ Feature = 'x' }, [pscustomobject]@{ Feature = 1, 0 }, [pscustomobject]@{ Feature = 0, 0 },
                [pscustomobject]@{ Feature = 1, [double]::NaN }, [pscustomobject]@{ Feature = 0, 1 } |
                Invoke-FaceClustering -Threshold 0.5
            """);
        Assert.Equal(["FeatureValueInvalid", "FeatureZero", "FeatureNotFinite"], result.ErrorIds);
        Assert.Equal([0, 2, 3], result.Errors.Select(error => (int)error.TargetObject));
        Assert.Equal(2, result.Output.Count);
    }

    [Fact]
    public void Small_sets_are_clustered_by_every_method_and_lists_of_all_faces_are_refused()
    {
        foreach (var method in new[] { "ARO", "PAHC" })
        {
            var small = _session.Run(TenFaces + $"$faces | Invoke-FaceClustering -Method {method} -ClusterCount 4");
            Assert.Empty(small.ErrorIds);
            Assert.Equal(10, small.Output.Count);
        }

        Assert.Equal(
            ["NeighbourCountInvalid"],
            _session.Run(TenFaces + "$faces | Invoke-FaceClustering -Method ARO -RankCount 200 -Threshold 0.5").ErrorIds);
        Assert.Equal(
            ["OptionOutOfRange"],
            _session.Run(TenFaces + "$faces | Invoke-FaceClustering -Method PAHC -NegativeOffset 200 -Threshold 0.5").ErrorIds);
    }

    [Theory]
    [InlineData("-Threshold -1", "from 0 to 2")]
    [InlineData("-Threshold 40", "from 0 to 2")]
    [InlineData("-Method ARO -Threshold 2.5", "from 0 to 2")]
    [InlineData("-Method PAHC -Transform Exponential -Threshold -0.1", "0 or more")]
    [InlineData("-Method DDC -Threshold ([double]::NaN)", "finite")]
    public void A_threshold_out_of_range_is_refused_with_the_range(string parameters, string range)
    {
        var error = Assert.Single(_session.Run(TenFaces + $"$faces | Invoke-FaceClustering {parameters}").Errors);
        Assert.StartsWith("OptionOutOfRange", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(range, error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_threshold_of_0_joins_exact_copies()
    {
        var result = _session.Run(TenFaces + "$faces + $faces | ForEach-Object { , $_.Feature } | Invoke-FaceClustering -Threshold 0");
        Assert.Empty(result.ErrorIds);
        var clusters = result.Clusters();
        Assert.Equal(clusters[..10], clusters[10..]);
        Assert.Equal(10, clusters.Distinct().Count());
    }

    [Fact]
    public void Properties_of_the_faces_are_those_of_their_records()
    {
        var result = _session.Run("""
            [pscustomobject]@{ Feature = 1, 0; Id = 'a'; Album = 'June'; Box = 1, 2, 3, 4 },
                @{ Feature = 0, [double]::NaN; Id = 'b' }, @{ Feature = 0, 1; Id = 'c'; Age = 31 } | Invoke-FaceClustering -Threshold 0.5
            """);
        Assert.Equal(["FeatureNotFinite"], result.ErrorIds);
        Assert.Equal(["a", "c"], result.Output.Select((_, i) => result.Get(i, "Id")));
        Assert.Equal([0, 2], result.Output.Select((_, i) => result.Get(i, "Index")));
        Assert.Equal(["June", null], result.Output.Select((_, i) => result.Get(i, "Album")));
        Assert.Equal([null, 31], result.Output.Select((_, i) => result.Get(i, "Age")));
        Assert.Equal(4, ((object[])result.Get(0, "Box")!).Length);
    }

    [Fact]
    public void Objects_without_a_feature_are_one_error_that_names_the_file_as_the_way()
    {
        var result = _session.Run(
            "1..50 | ForEach-Object { [pscustomobject]@{ id = \"$_\"; f0 = '1'; f1 = '2' } } | Invoke-FaceClustering -Threshold 0.5");
        var error = Assert.Single(result.Errors);
        Assert.StartsWith("FaceObjectUnknown", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("Import-Csv", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("id, f0, f1", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FeatureName_names_the_property_of_an_object()
    {
        const string face = "[pscustomobject]@{ Deep = 1, 0; Id = 'a' } | Invoke-FaceClustering -Threshold 0.5 -FeatureName ";
        Assert.Single(_session.Run(face + "Deep").Output);
        Assert.Equal(["FaceObjectUnknown"], _session.Run(face + "Shallow").ErrorIds);
    }

    [Theory]
    [InlineData("-Epsilon 0.3 -penalty 5", "Epsilon", "Penalty")]
    [InlineData("-Method DDC-NEG -Epsilon 0.3 -Eta 0.5 -Nu 0.2 -Penalty 5 -NegativeCount 3")]
    [InlineData("-Method DBSCAN -Epsilon 0.3 -MinimumPoints 2 -RankCount 5", "RankCount")]
    [InlineData("-Method HDBSCAN -MinimumClusterSize 2 -MinimumPoints 2 -Epsilon 0.3", "Epsilon")]
    [InlineData("-Method FC-ES -RankCount 5 -EdgeProbability 0.3 -Sparsity 4", "Sparsity")]
    [InlineData("-Method ChineseWhispers -Epsilon 0.3 -MaximumIterations 5 -Damping 0.9", "Damping")]
    [InlineData("-Method ConPaC -Epsilon 0.3 -RankCount 5 -MaximumIterations 5 -EdgeProbability 0.9", "EdgeProbability")]
    [InlineData("-Method AffinityPropagation -Damping 0.9 -Preference 0 -Eta 0.9", "Eta")]
    public void A_parameter_of_another_method_is_not_passed_over_in_silence(string parameters, params string[] unused)
    {
        var result = _session.Run(TenFaces + $"$faces | Invoke-FaceClustering {parameters}");
        var said = result.Warnings.Where(warning => warning.Contains("no use for", StringComparison.Ordinal)).ToArray();
        Assert.Equal(unused.Length, said.Length);
        Assert.All(unused, name => Assert.Contains(said, warning => warning.EndsWith($"-{name}.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Two_protocols_do_not_go_to_one_folder_even_by_force()
    {
        var result = _session.Run($"New-SyntheticFace smoke, smoke '{_folder}/faces' -Force");
        Assert.Equal(["TargetTaken"], result.ErrorIds);
        Assert.Single(result.Output);
    }

    [Fact]
    public void Verbose_says_what_was_used()
    {
        var result = _session.Run(TenFaces + "$faces | Invoke-FaceClustering -Method DDC -Threshold 0.5 -Epsilon 0.23 -Verbose");
        Assert.Contains(result.Verbose, line => line.Contains("epsilon = 0.23", StringComparison.Ordinal));
    }

    [Fact]
    public void Radii_that_a_few_faces_cannot_tell_are_the_dissertations_and_said_to_be()
    {
        const string run = "$faces | Invoke-FaceClustering -Method DDC-NEG -Threshold 0.5";
        var measured = _session.Run(TenFaces + run);
        Assert.Contains(measured.Warnings, warning => warning.Contains("do not tell the radii", StringComparison.Ordinal));
        var given = _session.Run(TenFaces + run + " -Epsilon 0.23 -Eta 0.4");
        Assert.DoesNotContain(given.Warnings, warning => warning.Contains("radii", StringComparison.Ordinal));
        Assert.Equal(given.Output.Count, measured.Output.Count);
        for (var i = 0; i < given.Output.Count; i++) Assert.Equal(given.Get(i, "Cluster"), measured.Get(i, "Cluster"));
    }

    [Fact]
    public void The_curve_is_drawn_with_the_cut()
    {
        var plot = Path.Combine(_folder, "cut.svg");
        _session.Run(TenFaces + $"$faces | Invoke-FaceClustering -Threshold 0.5 -PlotPath '{plot}'");
        var svg = File.ReadAllText(plot);
        Assert.Contains("cut by threshold at 0.500", svg, StringComparison.Ordinal);
        Assert.Contains("clusters", svg, StringComparison.Ordinal);
        var result = _session.Run(TenFaces + $"$faces | Invoke-FaceClustering -Threshold 0.5 -PlotPath '{plot}'");
        Assert.Equal(["FileExists"], result.ErrorIds);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
