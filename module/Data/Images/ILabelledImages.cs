namespace Thesis.Engine.Data;

/// <summary>
/// Images of one shape with a class each, wherever their pixels are: in memory, or in files until they are wanted.
/// </summary>
public interface ILabelledImages
{
    /// <summary>The shape of every image.</summary>
    ImageShape Shape { get; }

    /// <summary>The number of images.</summary>
    int Count { get; }

    /// <summary>The class of an image.</summary>
    int Label(int index);

    /// <summary>Writes an image, float32 in [0, 1], channels first.</summary>
    /// <param name="index">The image.</param>
    /// <param name="target">As many values as the shape has.</param>
    void CopyImage(int index, Span<float> target);
}
