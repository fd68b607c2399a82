using System.Text;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Pairs;

public sealed class FaceCalibrationTests
{
    private const string Valid = """
        {
          "face_calibration": 1, "feature": "made", "dimension": 8, "subjects": 3, "faces": 9, "epsilon": 0.3, "eta": 0.7,
          "false_merge_rate": 0.01, "threshold": 0.4, "threshold_low": 0.05280, "threshold_high": 1.0953,
          "matched": { "shares": [0.1, 0.5], "distances": [0.2, 0.3] },
          "mismatched": { "shares": [0.01, 0.16], "distances": [0.4, 0.8] }
        }
        """;

    // Between .4 and .8 the share grows by 16: the power is 4, and below .4 it is, too.
    [Theory]
    [InlineData(0.4, 0.01)]
    [InlineData(0.8, 0.16)]
    [InlineData(0.6, 0.050625)]
    [InlineData(0.2, 0.000625)]
    [InlineData(0, 0)]
    [InlineData(2, 1)]
    public void Shares_are_powers_of_the_distance(double distance, double share)
    {
        var table = new DistanceQuantiles([0.01, 0.16], [0.4, 0.8]);
        Assert.Equal(share, table.ShareWithin(distance), 1e-12);
        if (share is > 0 and < 1) Assert.Equal(distance, table.DistanceOf(share), 1e-12);
    }

    [Fact]
    public void A_calibration_is_read_as_it_was_written()
    {
        var known = FaceCalibrationFile.Find("MobileFaceNet", path => path);
        Assert.Equal(128, known.Dimension);
        var path = Path.Combine(Directory.CreateTempSubdirectory("thesis-test-").FullName, "model.json");
        FaceCalibrationFile.Write(known, path, overwrite: false);
        var read = FaceCalibrationFile.Find(path, name => name);
        Assert.Equal(known.Mismatched.Distances, read.Mismatched.Distances);
        Assert.Equal(known.Threshold, read.Threshold);
        Assert.Equal(known with { Matched = read.Matched, Mismatched = read.Mismatched }, read);
    }

    [Fact]
    public void The_calibrations_that_come_with_the_module_are_whole()
    {
        Assert.Equal(["mobilefacenet", "mobilefacenet-relu6"], FaceCalibrationFile.Names);
        foreach (var known in FaceCalibrationFile.Names.Select(name => FaceCalibrationFile.Find(name, path => path)))
        {
            Assert.Contains(known.Feature, FaceCalibrationFile.Names);
            // One person's faces are nearer than all but a few of strangers', and strangers are nearly orthogonal.
            Assert.True(known.Matched.DistanceOf(0.9) < known.Mismatched.DistanceOf(0.03));
            Assert.InRange(known.Mismatched.DistanceOf(0.5), 0.9, 1.1);
            Assert.InRange(known.Threshold, known.ThresholdInterval.Low, known.ThresholdInterval.High);
        }
    }

    // Shares of h^4 drawn from an independent reference: the quantiles of a Beta(4, 1) distribution are p^(1/4).
    [Fact]
    public void The_table_of_a_sample_is_that_of_its_distribution()
    {
        var bins = new double[DistanceHistogram.Bins];
        for (var bin = 0; bin < 1000; bin++) bins[bin] = Math.Pow((bin + 1) / 1000.0, 4) - Math.Pow(bin / 1000.0, 4);
        var table = DistanceQuantiles.Of(bins, 10_000_000);
        Assert.Equal(1e-6, table.Shares[0]);
        for (var i = 2; i < table.Shares.Count; i++) Assert.Equal(Math.Pow(table.Shares[i], 0.25), table.Distances[i], 1e-3);
        Assert.Equal(Math.Pow(1e-4, 0.25), table.DistanceOf(1e-4), 1e-3);
    }

    [Theory]
    [InlineData("\"dimension\": 8", "\"dimension\": 0", "dimension")]
    [InlineData("\"dimension\": 8", "\"dimension\": 1e99", "dimension")]
    [InlineData("\"dimension\": 8", "\"dimension\": \"8\"", "dimension")]
    [InlineData("\"faces\": 9,", "", "'faces' is missing")]
    [InlineData("\"faces\": 9", "\"faces\": 9, \"faces\": 9", "each key once")]
    [InlineData("\"faces\": 9", "\"faces\": 9, \"more\": 1", "'more' is unknown")]
    [InlineData("\"face_calibration\": 1", "\"face_calibration\": 2", "must be 1")]
    [InlineData("[0.4, 0.8]", "[0.8, 0.4]", "does not rise")]
    [InlineData("[0.4, 0.8]", "[0.4]", "2 shares and 1 distances")]
    [InlineData("[0.4, 0.8]", "[0.4, 2.5]", "at most 2")]
    [InlineData("[0.01, 0.16]", "[0, 0.16]", "between 0 and 1")]
    [InlineData("[0.01, 0.16]", "[0.01, true]", "finite number")]
    [InlineData("\"threshold\": 0.4", "\"threshold\": 0.5", "its table gives 0.4")]
    [InlineData("\"epsilon\": 0.3", "\"epsilon\": -1", "epsilon")]
    [InlineData("{ \"shares\": [0.1, 0.5], \"distances\": [0.2, 0.3] }", "[]", "no JSON object")]
    [InlineData("}\n}", "}", "no JSON object")]
    public void A_file_that_is_no_calibration_is_refused_with_its_path_and_the_reason(string from, string to, string reason)
    {
        var text = Valid.ReplaceLineEndings("\n");
        Assert.Contains(from, text, StringComparison.Ordinal);
        var fault = Assert.Throws<InputException>(() => Read(text.Replace(from, to, StringComparison.Ordinal)));
        Assert.Equal("CalibrationInvalid", fault.ErrorId);
        Assert.Contains("'model.json'", fault.Message, StringComparison.Ordinal);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_long_is_refused_before_it_is_parsed() =>
        Assert.Equal("CalibrationInvalid", Assert.Throws<InputException>(() => Read(new string(' ', 70_000))).ErrorId);

    private static FaceCalibration Read(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return FaceCalibrationFile.Read(stream, "model.json");
    }
}
