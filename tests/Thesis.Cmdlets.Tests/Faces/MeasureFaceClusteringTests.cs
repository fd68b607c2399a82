using System.Globalization;
using Xunit;

namespace Thesis.Cmdlets.Tests.Faces;

public sealed class MeasureFaceClusteringTests(FaceFolder faces) : IClassFixture<FaceFolder>
{
    private const string Measure = "Measure-FaceClustering -DendrogramPath z.npy -IdentityPath labels.txt";

    [Fact]
    public void The_oracle_of_a_tree_is_what_clustering_by_the_oracle_gives()
    {
        var result = faces.Run($"""
            {Measure}
            Invoke-FaceClustering features.npy -IdentityPath labels.txt -Oracle | Measure-FaceClustering
            """);
        Assert.Empty(result.ErrorIds);
        Assert.Equal(("oracle", "given"), (result.Get(0, "OperatingPoint"), result.Get(1, "OperatingPoint")));
        Assert.NotNull(result.Get(0, "Threshold"));
        Assert.Null(result.Get(1, "Threshold"));
        string[] apart = ["OperatingPoint", "Threshold", "Source"];
        Assert.All(
            result.Output[0].Properties.Where(property => !apart.Contains(property.Name)),
            property => Assert.Equal(property.Value, result.Get(1, property.Name)));
    }

    [Fact]
    public void No_cut_is_better_than_the_oracle_and_the_curve_holds_them_all()
    {
        var result = faces.Run($"{Measure} -CurvePath curve.csv");
        Assert.Single(result.Output);
        var rows = File.ReadAllLines(faces["curve.csv"]).Skip(1).Select(line => line.Split(',')).ToArray();
        Assert.InRange(rows.Length, 2, 600);
        Assert.Equal(result.Number(0, "BCubedF"), rows.Max(row => Number(row[4])), 1e-9);
        var best = rows.MaxBy(row => Number(row[4]))!;
        Assert.Equal(result.Number(0, "Clusters"), Number(best[1]));
        Assert.Equal(result.Number(0, "Threshold"), Number(best[0]));
    }

    [Fact]
    public void At_each_recall_the_best_precision_is_one_record_more()
    {
        var result = faces.Run($"{Measure} -Recall 0.8, 0.95, 1");
        Assert.Equal(
            ["oracle", "recall 0.80", "recall 0.95", "recall 1.00"], result.Output.Select((_, i) => result.Get(i, "OperatingPoint")));
        Assert.True(result.Number(1, "BCubedRecall") >= 0.8);
        Assert.True(result.Number(2, "BCubedRecall") >= 0.95);
        Assert.Equal(1, result.Number(3, "BCubedRecall"), 1e-9);
        Assert.True(result.Number(1, "BCubedPrecision") >= result.Number(2, "BCubedPrecision"));
        Assert.True(result.Number(2, "BCubedPrecision") >= result.Number(3, "BCubedPrecision"));
    }

    [Fact]
    public void The_curve_is_replaced_only_by_force_and_not_by_what_if()
    {
        File.WriteAllText(faces["mine.csv"], "mine");
        var refused = faces.Run($"{Measure} -CurvePath mine.csv");
        Assert.Equal(["FileExists"], refused.ErrorIds);
        Assert.Empty(refused.Output);
        Assert.Single(faces.Run($"{Measure} -CurvePath mine.csv -Force -WhatIf").Output);
        Assert.Equal("mine", File.ReadAllText(faces["mine.csv"]));
        Assert.Single(faces.Run($"{Measure} -CurvePath mine.csv -Force").Output);
        Assert.StartsWith("threshold,", File.ReadAllText(faces["mine.csv"]), StringComparison.Ordinal);
    }

    [Fact]
    public void An_identities_file_of_another_length_is_one_error_that_names_both()
    {
        File.WriteAllLines(faces["short.txt"], ["a", "b", "c"]);
        var tree = faces.Run("Measure-FaceClustering -DendrogramPath z.npy -IdentityPath short.txt");
        Assert.Equal(["IdentityCountMismatch"], tree.ErrorIds);
        Assert.Contains("600", tree.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Contains("3", tree.Errors[0].Exception.Message, StringComparison.Ordinal);

        var clustered = faces.Run(
            "Invoke-FaceClustering features.npy -Threshold 0.5 | Measure-FaceClustering -IdentityPath short.txt");
        Assert.Equal(["IdentityCountMismatch"], clustered.ErrorIds);
    }

    [Fact]
    public void Faces_of_two_files_are_scored_file_by_file()
    {
        File.Copy(faces["features.npy"], faces["again.npy"], overwrite: true);
        var result = faces.Run("""
            Invoke-FaceClustering features.npy -IdentityPath labels.txt -Threshold 0.5 | Measure-FaceClustering
            Invoke-FaceClustering features.npy, again.npy -IdentityPath labels.txt -Threshold 0.5 | Measure-FaceClustering
            """);
        Assert.Empty(result.ErrorIds);
        Assert.Equal(3, result.Output.Count);
        Assert.Equal(
            [faces["features.npy"], faces["features.npy"], faces["again.npy"]],
            result.Output.Select((_, i) => result.Get(i, "Source")));
        foreach (var metric in (string[])["BCubedF", "Nmi", "Count", "Clusters"])
        {
            Assert.Equal(result.Get(0, metric), result.Get(1, metric));
            Assert.Equal(result.Get(0, metric), result.Get(2, metric));
        }
    }

    [Fact]
    public void A_missing_tree_is_one_error_by_its_path() => Assert.Equal(
        ["PathNotFound"],
        faces.Run("Measure-FaceClustering -DendrogramPath none.npy -IdentityPath labels.txt").ErrorIds);

    [Fact]
    public void Features_are_no_tree() => Assert.Equal(
        ["DendrogramInvalid"],
        faces.Run("Measure-FaceClustering -DendrogramPath features.npy -IdentityPath labels.txt").ErrorIds);

    [Fact]
    public void Objects_of_any_kind_are_scored_and_those_without_identity_left_out()
    {
        // Clusters aab|b?, worked by hand: P 1/4 [(4 + 1)/3 + 1], R 1/4 [4/2 + (1 + 1)/2].
        var result = faces.Run("""
            $labels = 'a', 'a', 'b', 'b', ''
            $clusters = 4, 4, 4, 9, 9
            0..4 | ForEach-Object { [pscustomobject]@{ Cluster = $clusters[$_]; Label = $labels[$_] } } |
                Measure-FaceClustering
            """);
        Assert.Empty(result.ErrorIds);
        Assert.Single(result.Output);
        string[] counts = ["Count", "Clusters", "Identities"];
        Assert.Equal([4, 2, 2], counts.Select(name => result.Count(0, name)));
        Assert.Equal(2 / 3.0, result.Number(0, "BCubedPrecision"), 1e-12);
        Assert.Equal(3 / 4.0, result.Number(0, "BCubedRecall"), 1e-12);
    }

    [Fact]
    public void Clusters_of_a_summary_are_not_scored_as_faces() => Assert.Equal(
        ["ClusterNotFace"],
        faces.Run(
            "Invoke-FaceClustering features.npy -IdentityPath labels.txt -Threshold 0.5 -Summary | Measure-FaceClustering")
            .ErrorIds);

    [Fact]
    public void Faces_whose_identity_is_unknown_are_clustered_and_not_counted()
    {
        var result = faces.Run("""
            $lines = [System.IO.File]::ReadAllLines("$PWD/labels.txt")
            $lines[3] = ''
            [System.IO.File]::WriteAllLines("$PWD/partly.txt", $lines)
            $found = Invoke-FaceClustering features.npy -IdentityPath partly.txt -Oracle
            $found | Measure-FaceClustering
            $found[3]
            $lines.Count
            """);
        Assert.Empty(result.ErrorIds);
        Assert.Equal((int)result.Output[2].BaseObject - 1, result.Count(0, "Count"));
        Assert.Null(result.Get(1, "Identity"));
    }

    [Fact]
    public void Clusters_without_any_identity_cannot_be_scored() => Assert.Equal(
        ["IdentityMissing"],
        faces.Run("Invoke-FaceClustering features.npy -Threshold 0.5 | Measure-FaceClustering").ErrorIds);

    private static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);
}
