using Thesis.Engine.Data;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The picture of samples beside a model that trains, drawn anew at each point of its curve.</summary>
/// <param name="path">The picture's file, PNG; null for none.</param>
/// <param name="shape">The shape of the images.</param>
internal sealed class SamplePicture(string? path, ImageShape shape)
{
    private const int Columns = 10;

    /// <summary>The picture that belongs to a model's file: <c>model.samples.png</c>.</summary>
    public static string Beside(string model) => Path.ChangeExtension(model, null) + ".samples.png";

    /// <summary>Draws rows of ten images, of each group up to five rows, one row of each group in turn.</summary>
    public void Write(params ReadOnlySpan<Tensor> groups)
    {
        if (path is null) return;
        var values = new float[groups.Length][];
        for (var i = 0; i < groups.Length; i++) values[i] = Values(groups[i]);
        var rows = Math.Min(5, values.Min(group => group.Length) / shape.Count / Columns);
        if (rows == 0) return;
        var grid = new AdversarialGrid(shape, Columns);
        for (var row = 0; row < rows; row++)
        {
            foreach (var group in values) grid.AddImages(group.AsSpan(row * Columns * shape.Count), []);
        }

        grid.Write(path, overwrite: true);
    }

    private static float[] Values(Tensor images)
    {
        using var scope = NewDisposeScope();
        return images.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }
}
