using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// A folder with subfolders <c>train</c> and <c>test</c>, each with a subfolder of png and jpg images for each class; or
/// with the classes' subfolders alone, which are a test part then. The classes are the subfolders' names in ordinal order.
/// All images have the size of the first; they are grey when the first is.
/// </summary>
internal sealed class ImageFolderSource(string folder) : IImageSource
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg"];

    public string Name => Path.GetFileName(folder);

    public int? ValidationCount => null;

    /// <summary>Whether a folder is laid out so.</summary>
    public static bool IsLaidOut(string folder) =>
        HasParts(folder) || Classes(folder).Any(name => Images(Path.Combine(folder, name)).Length > 0);

    public LabelledImages Read(DatasetSplit split, WorkContext work)
    {
        var root = Root(split);
        var classes = Classes(root);
        var files = classes
            .SelectMany((name, label) => Images(Path.Combine(root, name)).Select(path => (Path: path, Label: label)))
            .ToArray();
        if (files.Length == 0)
        {
            throw new InputException(
                ImageErrorIds.DatasetTooSmall, FaultKind.InvalidData, $"'{root}' holds no png or jpg image.", root);
        }

        var shape = ImageFile.ReadShape(files[0].Path);
        InputFile.RequireMemory((long)shape.Count * files.Length, root);
        if ((long)shape.Count * files.Length > Array.MaxLength)
        {
            throw new InputException(
                ImageErrorIds.ArrayInvalid, FaultKind.InvalidData,
                $"'{root}' holds {files.Length} images of {shape}, more than one array takes.", root);
        }

        var pixels = new byte[files.Length * shape.Count];
        for (var i = 0; i < files.Length; i++)
        {
            work.ThrowIfCancelled();
            work.Report("Reading images", i, files.Length);
            ImageFile.Read(files[i].Path, shape, pixels.AsSpan(i * shape.Count, shape.Count));
        }

        return Shuffled.Of(new LabelledImages(shape, pixels, [.. files.Select(file => file.Label)], classes, root));
    }

    private string Root(DatasetSplit split)
    {
        if (HasParts(folder)) return Path.Combine(folder, split == DatasetSplit.Test ? "test" : "train");
        return split == DatasetSplit.Test
            ? folder
            : throw new InputException(
                ImageErrorIds.SplitMissing, FaultKind.NotFound,
                $"'{folder}' has no subfolders 'train' and 'test', so its images are a test part.", folder);
    }

    private static bool HasParts(string folder) =>
        Directory.Exists(Path.Combine(folder, "train")) && Directory.Exists(Path.Combine(folder, "test"));

    private static string[] Classes(string folder) => Directory.Exists(folder)
        ? [.. InputFile.Guard(folder, () => Directory.GetDirectories(folder), ImageErrorIds.FileUnreadable).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]
        : [];

    private static string[] Images(string folder) =>
        [.. InputFile.Guard(folder, () => Directory.GetFiles(folder), ImageErrorIds.FileUnreadable)
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)];
}
