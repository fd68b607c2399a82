using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>Where the images of a dataset come from.</summary>
internal interface IImageSource
{
    /// <summary>The dataset's name.</summary>
    string Name { get; }

    /// <summary>The training images to hold back, where the source says so.</summary>
    int? ValidationCount { get; }

    /// <summary>Reads the training part, the images for validation included, or the test part.</summary>
    LabelledImages Read(DatasetSplit split, WorkContext work);
}
