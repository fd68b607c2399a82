using Thesis.Engine.Robustness;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>What a second classifier sees of turned images.</summary>
public sealed class WitnessTests : EvaluationTests
{
    [Fact]
    public void A_second_classifier_tells_what_it_sees_of_the_images_that_were_turned()
    {
        // One class for all, whatever the image: never turned, and right where that is the class.
        using var blind = new FlawedClassifier(Network, blind: true);
        var own = Assert.Single(Seen(Network).Attacks);
        var other = Assert.Single(Seen(blind).Attacks);
        Assert.Equal((11, 0, 11), (own.Turned, own.WitnessRight, own.WitnessTurned));
        using var zeros = full([1, 1, 14, 14], Held(0), ScalarType.Float64);
        using var only = Network.Logits(zeros).argmax(1);
        var label = (int)only.item<long>();
        Assert.Equal(own.Images.Count(image => image.Turned && image.Label == label), other.WitnessRight);
        Assert.Equal(0, other.WitnessTurned);
        Assert.InRange(other.WitnessRight!.Value, 1, 10);
        Assert.Null(Assert.Single(Evaluate(["FGSM"], [8]).Attacks).WitnessRight);

        var both = Evaluate(["FGSM", "RAND"], [8]);
        Assert.Equal((null, null), (both.Clean.Turned, Assert.Single(both.WorstCase).Turned));

        // Logits that are no numbers name no class, neither the true one nor another.
        using var mute = new MaskedClassifier(Network, (images, inner) => inner(images).mul(Held(double.NaN)));
        var none = Assert.Single(Seen(mute).Attacks);
        Assert.Equal((11, 0, 0), (none.Turned, none.WitnessRight, none.WitnessTurned));

        var path = Folder["seen.csv"];
        ImageTable.Write(Seen(Network), path, overwrite: false);
        var rows = File.ReadLines(path).Skip(1).Select(line => line.Split(',')).ToArray();
        Assert.Equal(own.Images.Select(image => $"{image.Prediction}"), rows.Select(row => row[^2]));
        Assert.Equal(own.SemanticDistance!.Value, rows.Where(row => row[8] == "true").Average(row => Number(row[^1])), 1e-4);

        RobustnessReport Seen(ImageClassifier second) => RobustnessEvaluator.Evaluate(
            Network, Images, Options(["FGSM"], [8]), Context, second: second);
        static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }
}
