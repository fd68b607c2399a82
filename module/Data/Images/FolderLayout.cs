using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>Recognises what a user's folder of labelled images holds.</summary>
internal static class FolderLayout
{
    private static readonly DatasetPart IdxTraining =
        new(0, [new DatasetFile("train-images-idx3-ubyte", null), new DatasetFile("train-labels-idx1-ubyte", null)]);

    /// <summary>The source that reads the folder.</summary>
    /// <exception cref="InputException"><c>DatasetFormatUnknown</c>.</exception>
    public static IImageSource Open(string folder)
    {
        throw new InputException(
            ImageErrorIds.DatasetFormatUnknown, FaultKind.InvalidData,
            $"'{folder}' holds no dataset of a known layout: MNIST's idx files, CIFAR-10's binary files, npy pairs, or "
            + "subfolders of images.", folder);
    }
}
