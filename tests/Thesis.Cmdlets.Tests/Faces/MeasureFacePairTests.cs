using System.Management.Automation;
using Xunit;

namespace Thesis.Cmdlets.Tests.Faces;

public sealed class MeasureFacePairTests(FaceFolder faces) : IClassFixture<FaceFolder>
{
    private const string Measure = "Measure-FacePair features.npy -IdentityPath labels.txt";

    [Fact]
    public void A_generated_set_is_measured_from_the_pipeline()
    {
        var result = faces.Run("New-SyntheticFace -Protocol smoke -Destination piped | Measure-FacePair");
        Assert.Empty(result.ErrorIds);
        Assert.EndsWith("features.npy", (string)result.Get(0, "Source")!, StringComparison.Ordinal);
        Assert.InRange(result.Count(0, "Subjects"), 2, 60);
        Assert.InRange(result.Number(0, "Epsilon"), 0, result.Number(0, "Eta"));
        Assert.InRange(result.Number(0, "Eta"), 0, result.Number(0, "MismatchedMean"));
        Assert.InRange(result.Number(0, "MatchedMean"), 0, result.Number(0, "MismatchedMean"));
    }

    [Fact]
    public void Pairs_are_those_that_the_identities_make()
    {
        var result = faces.Run(Measure);
        var sizes = File.ReadAllLines(faces["labels.txt"]).CountBy(name => name)
            .Select(one => (long)one.Value).Where(size => size > 1).ToArray();
        var matched = sizes.Sum(size => size * (size - 1) / 2);
        Assert.Equal((sizes.Length, sizes.Sum()), (result.Count(0, "Subjects"), result.Count(0, "Count")));
        Assert.Equal(matched, result.Count(0, "MatchedPairs"));
        Assert.Equal((sizes.Sum() * (sizes.Sum() - 1) / 2) - matched, result.Count(0, "MismatchedPairs"));
    }

    [Fact]
    public void Objects_of_the_pipeline_are_one_set()
    {
        // Two people, a right angle apart, whose two faces lie 9 degrees apart.
        var result = faces.Run("""
            $faces = foreach ($angle in 0, 9, 90, 99) {
                $radians = $angle * [Math]::PI / 180
                [pscustomobject]@{
                    Subject = if ($angle -lt 45) { 'a' } else { 'b' }
                    Embedding = [double[]]([Math]::Cos($radians), [Math]::Sin($radians))
                }
            }
            $faces | Measure-FacePair
            """);
        Assert.Single(result.Output);
        string[] counts = ["Subjects", "Count", "MatchedPairs", "MismatchedPairs"];
        Assert.Equal([2, 4, 2, 4], counts.Select(name => result.Count(0, name)));
        Assert.Equal(1 - Math.Cos(9 * Math.PI / 180), result.Number(0, "MatchedMean"), 1e-3);
    }

    [Fact]
    public void A_plot_is_drawn_by_its_extension_and_the_densities_are_written()
    {
        var result = faces.Run(
            $"{Measure} -PlotPath plots/pairs.png -CurvePath plots/pairs.csv; {Measure} -PlotPath plots/pairs.svg");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(2, result.Output.Count);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(faces["plots/pairs.png"])[..4]);
        Assert.Contains("<svg", File.ReadAllText(faces["plots/pairs.svg"]), StringComparison.Ordinal);
        Assert.Equal(2001, File.ReadAllLines(faces["plots/pairs.csv"]).Length);
    }

    [Fact]
    public void Another_extension_is_refused_before_anything_is_read()
    {
        var result = faces.Run("Measure-FacePair none.npy -PlotPath pairs.pdf");
        Assert.Equal(["PlotFormatUnknown"], result.ErrorIds);
        Assert.False(File.Exists(faces["pairs.pdf"]));
    }

    [Fact]
    public void What_if_measures_and_writes_nothing()
    {
        var result = faces.Run($"{Measure} -PlotPath if.png -CurvePath if.csv -CalibrationPath if.json -WhatIf");
        Assert.Empty(result.ErrorIds);
        Assert.Single(result.Output);
        Assert.Empty(Directory.EnumerateFiles(faces.Path, "if.*"));
    }

    // A calibration's features are called like their file, in 200 characters.
    [Fact]
    public void A_file_of_any_name_is_measured()
    {
        var name = new string('x', 220);
        var result = faces.Run($"""
            Copy-Item features.npy {name}.npy
            Copy-Item features.npy .npy
            Measure-FacePair {name}.npy -IdentityPath labels.txt -CalibrationPath long.json
            Measure-FacePair .npy -IdentityPath labels.txt -CalibrationPath short.json
            """);
        Assert.Empty(result.ErrorIds);
        Assert.Equal(2, result.Output.Count);
        Assert.Contains($"\"{name[..200]}\"", File.ReadAllText(faces["long.json"]), StringComparison.Ordinal);
        Assert.Contains("\".npy\"", File.ReadAllText(faces["short.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_replaced_only_by_force()
    {
        File.WriteAllText(faces["mine.svg"], "mine");
        var refused = faces.Run($"{Measure} -PlotPath mine.svg");
        Assert.Equal(["FileExists"], refused.ErrorIds);
        Assert.Empty(refused.Output);
        Assert.Equal("mine", File.ReadAllText(faces["mine.svg"]));

        Assert.Empty(faces.Run($"{Measure} -PlotPath mine.svg -Force").ErrorIds);
        Assert.NotEqual("mine", File.ReadAllText(faces["mine.svg"]));
        Assert.Empty(faces.Leftovers());
    }

    [Fact]
    public void Without_identities_there_are_no_pairs()
    {
        var result = faces.Run("Measure-FacePair features.npy");
        Assert.Equal(["IdentityMissing"], result.ErrorIds);
        Assert.Equal(ErrorCategory.InvalidArgument, result.Errors[0].CategoryInfo.Category);
        Assert.Contains("-IdentityPath", result.Errors[0].Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Identities_of_single_faces_make_no_pairs()
    {
        var names = Enumerable.Range(0, File.ReadAllLines(faces["labels.txt"]).Length).Select(i => $"person{i}");
        File.WriteAllLines(faces["single.txt"], names);
        Assert.Equal(["PairsMissing"], faces.Run("Measure-FacePair features.npy -IdentityPath single.txt").ErrorIds);
    }

    [Fact]
    public void The_seed_draws_the_subjects()
    {
        var result = faces.Run($"""
            {Measure} -SubjectCount 10 -Seed 5 -ThreadCount 1
            {Measure} -SubjectCount 10 -Seed 5 -ThreadCount 2
            {Measure} -SubjectCount 10 -Seed 6
            """);
        Assert.Equal(10, result.Count(0, "Subjects"));
        Assert.Equal(result.Output[0].BaseObject, result.Output[1].BaseObject);
        Assert.NotEqual(result.Output[0].BaseObject, result.Output[2].BaseObject);
    }
}
