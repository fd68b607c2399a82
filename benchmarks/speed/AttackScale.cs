using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Speed;

/// <summary>
/// PGD on a dataset's test images, for comparison with <c>benchmarks/peers/attacks_pytorch.py</c> on the same model.
/// </summary>
internal static class AttackScale
{
    private const string Text =
        "attack-scale --model MODEL.safetensors --dataset NAME --data FOLDER [--count 1000] [--steps 100] [--epsilon 25] "
        + "[--batch 50] [--threads N] [--early-stop true]";

    public static int Run(ReadOnlySpan<string> arguments)
    {
        var run = ScaleRun.Parse(arguments);
        if (run?["--model"] is not { } model || run["--dataset"] is not { } dataset) return ScaleRun.Usage(Text);
        TorchBackend.EnsureLoaded();
        return Attack(run, model, dataset);
    }

    private static int Attack(ScaleRun run, string model, string dataset)
    {
        var context = run.Context();
        set_num_threads(context.Threads);
        var options = new ImageDatasetOptions { DataPath = run["--data"] };
        var images = ImageDataset.Open(dataset, options).Read(DatasetSplit.Test, context)
            .Slice(0, Number(run["--count"] ?? "1000"));
        using var classifier = ClassifierLoader.Load(
            model, new ClassifierLoadOptions { TrustedCode = true, ImageShape = images.Shape }, context);
        var attack = new ProjectedGradientAttack(new ProjectedGradientOptions
        {
            Steps = Number(run["--steps"] ?? "100"),
            StopsAtGoal = bool.Parse(run["--early-stop"] ?? "false"),
        });
        var epsilon = Epsilon.Parse(run["--epsilon"] ?? "25");
        var correct = 0L;
        var seconds = 0.0;
        AttackRunner.Run(
            classifier, images, attack, [epsilon], new AttackRunOptions { BatchSize = Number(run["--batch"] ?? "50") },
            context, attacked =>
            {
                seconds += attacked.Elapsed.TotalSeconds;
                var goal = attacked.Batch.Goal.Reached(InputGradient.Judged(classifier, attacked.Batch, attacked.Outcomes[0].Images));
                correct += attacked.Batch.Count - goal.sum().item<long>();
            });
        ScaleRun.Print($"PGD, epsilon {epsilon}: {seconds:F2} s, accuracy {(double)correct / images.Count:F4} of {images.Count}");
        ScaleRun.Print($"peak {ScaleRun.PeakMegabytes():F0} MB");
        return 0;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
