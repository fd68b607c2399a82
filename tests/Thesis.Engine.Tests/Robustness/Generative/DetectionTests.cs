using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

public sealed class DetectionTests : IDisposable
{
    private readonly IDisposable _scope;
    private readonly CompositeClassifier _defended;

    public DetectionTests()
    {
        TorchBackend.EnsureLoaded();
        _scope = NewDisposeScope();
        _defended = new CompositeClassifier(
            "defended", new ReferenceNetwork(),
            [new ProjectionDefence(ReferenceGenerator.Model(), ReferenceInverter.Model(), new ProjectionOptions { Restarts = 1, Steps = 2, LearningRate = 2 })], []);
    }

    public void Dispose()
    {
        _defended.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void The_curve_has_the_area()
    {
        var (positives, negatives) = (ReferenceVectors.Of("auc_pos").data<double>().ToArray(), ReferenceVectors.Of("auc_neg").data<double>().ToArray());
        var curve = DetectionMeasurement.Curve(positives, negatives);
        var area = 0.0;
        for (var i = 1; i < curve.Count; i++)
        {
            area += (curve[i].FalsePositives - curve[i - 1].FalsePositives) * (curve[i].TruePositives + curve[i - 1].TruePositives) / 2;
        }

        Assert.Equal(ReferenceVectors.Statistics.GetProperty("auc").GetDouble(), area, 1e-12);
        Assert.Equal((1.0, 1.0), (curve[^1].FalsePositives, curve[^1].TruePositives));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.25)]
    [InlineData(0.001)]
    public void At_most_the_wanted_share_of_the_calibration_lies_above_the_threshold(double share)
    {
        var scores = new DetectionMeasurement.Scores();
        var batch = ReferenceVectors.Batch();
        scores.Add(_defended, batch, batch.Images);
        var thresholds = DetectionMeasurement.Thresholds(scores, share);
        foreach (var distance in Enum.GetValues<DetectionDistance>())
        {
            var values = scores.Of(distance);
            var above = values.Count(score => score > thresholds[(int)distance]);
            Assert.Equal((int)Math.Floor(share * 12), above);
        }
    }

    [Fact]
    public void Distances_are_those_to_the_projection_and_of_its_features()
    {
        var scores = new DetectionMeasurement.Scores();
        var batch = ReferenceVectors.Batch();
        scores.Add(_defended, batch, batch.Images);
        var projected = _defended.Projection!.Apply(batch.Images, batch.JudgingDraws(), 0);
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal((batch.Images[i] - projected[i]).norm().item<double>(), scores.Of(DetectionDistance.Image)[i], 1e-12);
            var features = _defended.Inner.Features(batch.Images) - _defended.Inner.Features(projected);
            Assert.Equal(features[i].norm().item<double>(), scores.Of(DetectionDistance.Semantic)[i], 1e-12);
        }

        var labels = batch.Goal.Labels.data<long>().ToArray();
        var predicted = _defended.Logits(batch.Images, batch.JudgingDraws()).argmax(1).data<long>().ToArray();
        Assert.Equal(labels.Zip(predicted, (label, found) => label == found), scores.Images.Select(image => image.Right));
    }

    [Fact]
    public void Every_attack_has_a_row_for_each_distance()
    {
        var images = Images(12);
        var rows = DetectionMeasurement.Measure(_defended, images, images, Options("PGD-Grey", "CW-Grey"), WorkContext.Default);
        Assert.Equal(
            ["PGD-Grey 25 Image", "PGD-Grey 25 Semantic", "CW-Grey  Image", "CW-Grey  Semantic"],
            rows.Select(row => FormattableString.Invariant($"{row.Attack} {row.Epsilon} {row.Distance}")));
        Assert.All(rows, row =>
        {
            Assert.InRange(row.Area.Area, 0, 1);
            Assert.True(row.DefendedOrDetected >= Math.Max(row.Accuracy, row.DetectionRate));
            Assert.True(row.DefendedOrDetected <= row.Accuracy + row.DetectionRate + 1e-12);
            Assert.Equal((12, AttackerKnowledge.Grey), (row.Count, row.Knowledge));
        });
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2")]
    public void Right_turned_and_seen_images_are_those_of_the_evaluation(string? target)
    {
        var images = Images(12);
        using var second = new ReferenceNetwork();
        var detection = Options("PGD-BPDA", "FGSM-Grey") with
        {
            Budgets = new AttackBudgets { Linf = [Epsilon.Parse("200")] },
            Run = new AttackRunOptions { Target = target is null ? null : TargetChoice.Parse(target) },
        };
        var rows = DetectionMeasurement.Measure(_defended, images, images, detection, WorkContext.Default, second);
        var report = RobustnessEvaluator.Evaluate(
            _defended, images, new RobustnessEvaluationOptions { Attacks = detection.Attacks, Budgets = detection.Budgets, Run = detection.Run },
            WorkContext.Default, second: second);
        foreach (var row in rows)
        {
            var evaluation = Assert.Single(report.Rows, one => one.Attack == row.Attack);
            Assert.Equal(
                (evaluation.Count, evaluation.Accuracy, evaluation.Turned, evaluation.WitnessRight, evaluation.WitnessTurned),
                (row.Count, row.Accuracy, row.Turned, row.WitnessRight, row.WitnessTurned));
        }

        Assert.All(DetectionMeasurement.Measure(_defended, images, images, detection, WorkContext.Default), row => Assert.Null(row.WitnessRight));
    }

    [Fact]
    public void Clean_images_of_one_model_are_projected_once_and_the_rows_are_the_same()
    {
        var (images, inner) = (Images(12), (ReferenceNetwork)_defended.Inner);
        IReadOnlyList<DetectionRow> Rows(string? model, long seed, out long queries)
        {
            var before = inner.Queries;
            var options = Options("RAND") with { Run = new AttackRunOptions { Seed = seed } };
            var rows = DetectionMeasurement.Measure(_defended, images, images.Slice(0, 6), options, WorkContext.Default, model: model);
            queries = inner.Queries - before;
            return rows;
        }

        var model = $"{nameof(DetectionTests)} {Guid.NewGuid()}";
        var alone = Rows(null, 1, out var queries);
        var first = Rows(model, 1, out var firstQueries);
        var again = Rows(model, 1, out var fewer);
        Assert.Equal(queries, firstQueries);
        // The features of an image and of its projection, and its logits: 12 test images and 6 others are not asked again.
        Assert.Equal(queries - (3 * 18), fewer);
        foreach (var rows in (IReadOnlyList<DetectionRow>[])[first, again])
        {
            Assert.Equal(
                alone.Select(row => (row.Area, row.Threshold, row.FalsePositiveRate, row.DetectionRate, row.Accuracy, row.DefendedOrDetected)),
                rows.Select(row => (row.Area, row.Threshold, row.FalsePositiveRate, row.DetectionRate, row.Accuracy, row.DefendedOrDetected)));
        }

        Rows(model, 2, out var otherSeed);
        Assert.Equal(queries, otherSeed);
    }

    [Fact]
    public void The_classes_of_clean_images_are_kept_from_evaluation_to_evaluation()
    {
        var (images, inner) = (Images(12), (ReferenceNetwork)_defended.Inner);
        RobustnessReport Report(string? model, long seed, out long queries)
        {
            var before = inner.Queries;
            var options = new RobustnessEvaluationOptions
            {
                Attacks = Options("RAND").Attacks, Budgets = new AttackBudgets { Linf = [new Epsilon(8)] },
                Run = new AttackRunOptions { Seed = seed }, KeptAs = model,
            };
            var report = RobustnessEvaluator.Evaluate(_defended, images, options, WorkContext.Default);
            queries = inner.Queries - before;
            return report;
        }

        var model = $"{nameof(DetectionTests)} {Guid.NewGuid()}";
        var alone = Report(null, 1, out var queries);
        Report(model, 1, out var first);
        var again = Report(model, 1, out var fewer);
        Report(model, 2, out var otherSeed);
        Assert.Equal((queries, queries - 12, queries), (first, fewer, otherSeed));
        Assert.Equal(alone.Clean.Correct, again.Clean.Correct);
        Assert.Equal(
            alone.Attacks[0].Images.Select(image => (image.CleanPrediction, image.Prediction)),
            again.Attacks[0].Images.Select(image => (image.CleanPrediction, image.Prediction)));
    }

    [Fact]
    public void A_bounded_number_of_scores_is_kept()
    {
        var (keys, computed) = (Enumerable.Range(0, CleanFindings<DetectionMeasurement.Scores>.Most + 1).Select(i => $"{i} {Guid.NewGuid()}").ToArray(), 0);
        void Ask(string key) => CleanFindings<DetectionMeasurement.Scores>.Of(key, () =>
        {
            computed++;
            return new DetectionMeasurement.Scores();
        });
        foreach (var key in keys) Ask(key);
        Ask(keys[^1]);
        Assert.Equal(keys.Length, computed);
        Ask(keys[0]);
        Assert.Equal(keys.Length + 1, computed);
    }

    [Fact]
    public void An_attack_that_changes_nothing_has_the_scores_of_the_clean_images()
    {
        var images = Images(12);
        var options = Options("RAND") with { Budgets = new AttackBudgets { Linf = [new Epsilon(0)] } };
        var inner = (ReferenceNetwork)_defended.Inner;
        var before = inner.Queries;
        var rows = DetectionMeasurement.Measure(_defended, images, images, options, WorkContext.Default);
        Assert.Equal(3 * 24, inner.Queries - before);
        Assert.All(rows, row => Assert.Equal((0.5, row.FalsePositiveRate, 0), (row.Area.Area, row.DetectionRate, row.Turned)));
    }

    [Fact]
    public void A_second_classifier_sees_what_was_turned_and_nothing_else()
    {
        DetectionMeasurement.ScoredImage[] clean = [.. new[] { true, true, true, true, false, true }.Select(
            (right, i) => new DetectionMeasurement.ScoredImage(i, 3, right, null))];
        // Still a 3; an 8 now; an 8 before; not turned; wrong before; no number.
        DetectionMeasurement.ScoredImage[] attacked =
        [
            new(0, 3, false, new Testimony(3, 3, null)), new(1, 3, false, new Testimony(3, 8, null)), new(2, 3, false, new Testimony(8, 8, null)),
            new(3, 3, true, new Testimony(3, 8, null)), new(4, 3, false, new Testimony(3, 8, null)), new(5, 3, false, new Testimony(3, null, null)),
        ];
        Assert.Equal((4, 1, 1), DetectionMeasurement.Turned(attacked, clean));
        Assert.Equal((1, 0, 1), DetectionMeasurement.Turned(attacked[1..2], clean));
        Assert.Equal((0, null, null), DetectionMeasurement.Turned(clean, clean));
    }

    [Fact]
    public void A_detector_without_clean_images_or_without_a_projection_is_one_error()
    {
        var images = Images(12);
        Assert.Equal(
            "CleanImagesMissing",
            Assert.Throws<InputException>(() => DetectionMeasurement.Measure(_defended, images, images.Slice(0, 0), Options("FGSM-Grey"), WorkContext.Default)).ErrorId);
        using var bare = new ReferenceNetwork();
        Assert.Equal(
            "ProjectionMissing",
            Assert.Throws<InputException>(() => DetectionMeasurement.Measure(bare, images, images, Options("FGSM-Grey"), WorkContext.Default)).ErrorId);
    }

    private static DetectionOptions Options(params string[] attacks) => new()
    {
        Attacks = [.. attacks.Select(name => AttackCatalogue.Create(name, new AttackSettings { Steps = 3, SearchSteps = 1 }))],
        Budgets = new AttackBudgets { Linf = [Epsilon.Parse("25")] },
    };

    private static LabelledImages Images(int count) => new(
        new ImageShape(1, 14, 14), ReferenceVectors.Images[..count].to(ScalarType.Float32).contiguous().data<float>().ToArray(),
        Array.ConvertAll(ReferenceVectors.Labels[..count].data<long>().ToArray(), label => (int)label), ["0", "1", "2", "3", "4"], "reference");
}
