using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Benchmarks;
using Xunit;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>Alone, since the memory that is measured is that of the process.</summary>
[CollectionDefinition(nameof(SessionMemoryTests), DisableParallelization = true)]
[Collection(nameof(SessionMemoryTests))]
public sealed class SessionMemoryTests
{
    private const int Images = 1500;
    // MiB. Without the return of what is free each evaluation left 43 behind; with it .75 of each load of a program stay, and what
    // the tests before this one left to the runtime moves the level by some 30.
    private const double MostGrowthEach = 20;
    private const int Evaluations = 5;

    [Fact]
    public void Evaluations_of_a_program_return_to_a_level()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("The allocator is glibc's.");
        Evaluate(3);
        var level = Resident();
        Evaluate(Evaluations);
        Assert.InRange(Resident() - level, double.NegativeInfinity, MostGrowthEach * Evaluations);
    }

    private static void Evaluate(int times)
    {
        var random = new Random(1);
        var pixels = new byte[Images * 144];
        random.NextBytes(pixels);
        var images = new LabelledImages(new ImageShape(1, 12, 12), pixels, new int[Images], ["a", "b", "c", "d"], "noise");
        var options = new RobustnessEvaluationOptions
        {
            Attacks = [AttackCatalogue.Create("PGD", new AttackSettings { Steps = 3 })],
            Budgets = AttackBudgets.Same([new(8)]),
            Run = new AttackRunOptions { BatchSize = Images },
        };
        var loading = new ClassifierLoadOptions { TrustedCode = true, ImageShape = images.Shape };
        var path = Repository.Path("tests", "data", "robustness", "masked", "plain.pt");
        for (var i = 0; i < times; i++) RobustnessRuns.Evaluate(path, loading, images, options, WorkContext.Default);
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    // MiB.
    private static double Resident() => double.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 1024;
}
