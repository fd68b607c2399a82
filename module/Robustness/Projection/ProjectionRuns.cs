using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>What is projected, and onto what.</summary>
public sealed record ProjectionRunOptions
{
    /// <summary>The generator's file.</summary>
    public required string GeneratorPath { get; init; }

    /// <summary>The inverter's file; null for DefenseGAN.</summary>
    public string? InverterPath { get; init; }

    /// <summary>The projection.</summary>
    public ProjectionOptions Projection { get; init; } = new();

    /// <summary>A file of saved examples to project in place of the images; null for the images.</summary>
    public string? ExamplePath { get; init; }

    /// <summary>The seed of the starts.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Images that are projected together. It changes no draw.</summary>
    public int BatchSize
    {
        get;
        init => field = OptionRange.Within(value, 1, 65_536);
    } = 50;

    /// <summary>Whether existing files are replaced.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>Projected images and what they cost.</summary>
/// <param name="Path">The images, npy, float32, N x C x H x W.</param>
/// <param name="ManifestPath">A line for each image, CSV.</param>
/// <param name="GridPath">A picture of the first images above their projections, PNG.</param>
/// <param name="Count">The images.</param>
/// <param name="MeanError">The mean square error of a pixel, in shares of the range.</param>
/// <param name="MeanSteps">The mean number of gradients over all starts of an image.</param>
/// <param name="Diverged">The images of which no start had finite values to the end.</param>
/// <param name="Seconds">The seconds of the projections alone.</param>
public sealed record ProjectionResult(
    string Path, string ManifestPath, string GridPath, int Count, double MeanError, double MeanSteps, int Diverged, double Seconds);

/// <summary>Projects images onto the range of a generator and writes what comes out.</summary>
public static class ProjectionRuns
{
    /// <summary>The columns of the manifest; mse is in shares of the range, steps counts all starts.</summary>
    public const string ManifestHeader = "file,row,index,label,mse,restart,steps,exit";

    private const string ImagesName = "projected.npy";
    private const string ManifestName = "projected-manifest.csv";
    private const string GridName = "projected-grid.png";
    private const int GridColumns = 10;

    /// <summary>Fails where a file of the results is in the folder.</summary>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public static void RequireTargets(string folder, bool overwrite)
    {
        if (overwrite) return;
        foreach (var name in (string[])[ImagesName, ManifestName, GridName])
        {
            if (File.Exists(Path.Combine(folder, name))) throw AtomicFile.Exists(Path.Combine(folder, name));
        }
    }

    /// <summary>Projects and writes.</summary>
    /// <param name="images">The images, whose places and classes the manifest says.</param>
    /// <param name="options">What onto.</param>
    /// <param name="folder">The folder; it is made when it is missing.</param>
    /// <param name="work">Cancellation, progress, device, threads.</param>
    /// <exception cref="InputException">
    /// Faults of the models' files; <c>GeneratorShapeMismatch</c>; <c>InverterMismatch</c>; those of saved examples;
    /// <c>ArrayTooLong</c>, <c>MemoryInsufficient</c>.
    /// </exception>
    public static ProjectionResult Run(LabelledImages images, ProjectionRunOptions options, string folder, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(work);
        RequireTargets(folder, options.Overwrite);
        AtomicFile.RequireWritable(Path.Combine(folder, ManifestName));
        TorchBackend.EnsureLoaded();
        return Projected(images, options, folder, work);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ProjectionResult Projected(LabelledImages images, ProjectionRunOptions options, string folder, WorkContext work)
    {
        set_num_threads(work.Threads);
        var (generator, _) = GenerativeFile.LoadGenerator(options.GeneratorPath, work);
        var inverter = options.InverterPath is { } path ? GenerativeFile.LoadInverter(path, generator, work) : null;
        using var defence = new ProjectionDefence(generator, inverter, options.Projection) { Work = work };
        defence.Generator.RequireShape(images.Shape, $"those of '{images.Source}'");
        var examples = options.ExamplePath is { } saved ? SavedExamples.Read(saved, images, work) : null;
        int[] indices = examples is null ? [.. Enumerable.Range(0, images.Count)] : [.. examples.Indices];
        var length = MemoryPlan.ArrayLength(
            indices.Length, images.Shape.Count, $"{indices.Length} images of {images.Shape}", "Use fewer images.");
        MemoryPlan.Require(2.0 * length * sizeof(float), $"{indices.Length} images and projections", "Use fewer images.");
        var (before, after) = (new float[length], new float[length]);
        var manifest = new StringBuilder(ManifestHeader).Append('\n');
        var (done, errors, steps, diverged, seconds) = (0, 0.0, 0.0, 0, 0.0);
        foreach (var places in indices.Chunk(options.BatchSize))
        {
            work.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            var batch = AttackRunner.Batch(images, places, generator.Device, generator.ElementType, options.Seed);
            var shown = examples is null ? batch.Images : examples.Take(batch);
            var watch = Stopwatch.StartNew();
            var projected = defence.Project(shown, batch.JudgingDraws().Of(0));
            seconds += watch.Elapsed.TotalSeconds;
            Copy(shown, before, done);
            Copy(projected.Images, after, done);
            var error = projected.Errors.to(ScalarType.Float64).cpu().data<double>().ToArray();
            for (var row = 0; row < places.Length; row++)
            {
                manifest.Append(
                    CultureInfo.InvariantCulture,
                    $"{ImagesName},{done + row},{places[row]},{images.Label(places[row])},{error[row]:R},{projected.Restarts[row]},{projected.Steps[row]},{projected.Exits[row]}\n");
            }

            (errors, steps) = (errors + error.Sum(), steps + projected.Steps.Sum());
            diverged += projected.Exits.Count(exit => exit == ProjectionExit.Diverged);
            done += places.Length;
            work.Report("Projecting", done, indices.Length);
        }

        if (diverged > 0) work.Warning?.Invoke($"The steps of {diverged} of {done} projections left the numbers: a smaller learning rate may help. Their images are those of their first start.");
        return Write(images, folder, options, before, after, manifest, done) with
        {
            MeanError = errors / done, MeanSteps = steps / done, Diverged = diverged, Seconds = seconds,
        };
    }

    private static ProjectionResult Write(
        LabelledImages images, string folder, ProjectionRunOptions options, float[] before, float[] after, StringBuilder manifest, int count)
    {
        var shape = images.Shape;
        var result = new ProjectionResult(
            Path.Combine(folder, ImagesName), Path.Combine(folder, ManifestName), Path.Combine(folder, GridName), count, 0, 0, 0, 0);
        AtomicFile.Write(
            result.Path, stream => NpyFile.Write<float>(stream, after, count, shape.Channels, shape.Height, shape.Width), options.Overwrite);
        AtomicFile.Write(result.ManifestPath, stream => stream.Write(Encoding.UTF8.GetBytes(manifest.ToString())), options.Overwrite);
        var grid = new AdversarialGrid(shape, Math.Min(GridColumns, count));
        grid.AddImages(before, []);
        grid.AddImages(after, []);
        grid.Write(result.GridPath, options.Overwrite);
        return result;
    }

    private static void Copy(Tensor images, float[] target, int row)
    {
        using var scope = NewDisposeScope();
        var values = images.to(ScalarType.Float32).cpu().contiguous().data<float>();
        values.CopyTo(target, (int)(row * (images.numel() / images.shape[0])));
    }
}
