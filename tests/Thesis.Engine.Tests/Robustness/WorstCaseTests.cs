using Thesis.Engine.Robustness;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>The worst case over attacks, of each image.</summary>
public sealed class WorstCaseTests : EvaluationTests
{
    [Fact]
    public void The_worst_case_is_that_of_each_image()
    {
        var report = Evaluate(["RAND", "FGSM", "PGD"], [4, 8]);
        Assert.Equal(2, report.WorstCase.Count);
        foreach (var worst in report.WorstCase)
        {
            var rows = report.Attacks.Where(row => row.Epsilon == worst.Epsilon).ToArray();
            Assert.Equal(3, rows.Length);
            Assert.True(worst.Correct <= rows.Min(row => row.Correct));
            Assert.Equal(PerturbationNorm.Linf, worst.Norm);
        }

        // What breaks within 4 breaks within 8.
        Assert.True(report.WorstCase[1].Correct <= report.WorstCase[0].Correct);
    }

    [Fact]
    public void An_attack_that_leaves_its_budget_does_not_count_in_the_worst_case()
    {
        var report = Evaluate(["RAND", "PGD-Printed"], [1]);
        var printed = report.Attacks.Single(row => row.Attack == "PGD-Printed");
        Assert.True(printed.MeanLinf > 2);
        Assert.Equal(0, printed.Correct);
        Assert.True(Assert.Single(report.WorstCase).Correct > 0);
    }

    [Fact]
    public void What_is_no_image_any_more_does_not_count_in_the_worst_case()
    {
        var attack = AttackCatalogue.Create("PGD-Printed", AttackSettings.Default);
        var tally = new ImageTally(attack, new Epsilon(4));
        bool[] wrong = [], outside = [];
        AttackRunner.Run(Network, Images, attack, [new(4)], new AttackRunOptions(), Context, attacked =>
        {
            tally.Add(Network, attacked);
            var images = attacked.Outcomes[0].Images;
            wrong = attacked.Batch.Goal.Reached(Network.Logits(images)).data<bool>().ToArray();
            outside = images.lt(Held(0)).logical_or(images.gt(Held(1))).flatten(1).any(1).data<bool>().ToArray();
        });
        Assert.Contains(true, wrong.Zip(outside, (turned, strays) => turned && strays));
        for (var i = 0; i < wrong.Length; i++)
        {
            Assert.Equal(wrong[i] && !outside[i], tally.Breaks(i, new Epsilon(Epsilon.PixelRange)));
        }
    }

    [Fact]
    public void Cw_counts_in_the_worst_case_of_its_norm()
    {
        var report = Evaluate(["PGD-L2", "CW"], [255]);
        Assert.Null(report.Attacks.Single(row => row.Attack == "CW").Epsilon);
        var worst = Assert.Single(report.WorstCase);
        Assert.Equal(PerturbationNorm.L2, worst.Norm);
        // CW turns every image, and by less than a length of 1.
        Assert.Equal(0, worst.Correct);
    }
}
