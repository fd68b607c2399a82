using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>The files that a <see cref="DatasetDescription"/> names, in a folder that holds them, plain or gzip.</summary>
internal sealed class CatalogueSource(DatasetDescription description, string folder) : IImageSource
{
    public string Name => description.Name;

    public int? ValidationCount => description.ValidationCount;

    /// <summary>
    /// Looks for the first of the description's folders that holds all of its files or, where none does, those of its test
    /// part: attacks take no more.
    /// </summary>
    /// <exception cref="InputException"><c>DatasetNotFound</c>, with the folders and what would help.</exception>
    public static CatalogueSource Locate(DatasetDescription description, string? dataPath)
    {
        if (description.Format == DatasetFormat.Generated) return new CatalogueSource(description, "");
        var folders = description.Folders
            .Where(folder => dataPath is not null || Path.IsPathRooted(folder))
            .Select(folder => Path.GetFullPath(folder, dataPath is null ? Path.GetPathRoot(folder)! : Path.GetFullPath(dataPath)))
            .ToArray();
        var files = description.Training.Files.Concat(description.Test.Files).ToArray();
        if ((Holding(folders, files) ?? Holding(folders, description.Test.Files)) is { } found)
        {
            return new CatalogueSource(description, found);
        }

        throw new InputException(
            ImageErrorIds.DatasetNotFound, FaultKind.NotFound,
            $"The files of dataset '{description.Name}' ({string.Join(", ", files.Select(file => file.Name))}; plain or "
            + $".gz) were not found. Looked in: {(folders.Length == 0 ? "no folder" : string.Join("; ", folders))}. Give "
            + $"-DataPath, the folder above {string.Join(" or ", description.Folders.Where(f => !Path.IsPathRooted(f)))}, "
            + $"or set {ImageDatasetOptions.FolderVariable}. Source: {description.Source}.",
            description.Name);
    }

    public LabelledImages Read(DatasetSplit split, WorkContext work)
    {
        var part = split == DatasetSplit.Test ? description.Test : description.Training;
        var images = description.Format switch
        {
            DatasetFormat.Idx => ReadIdx(part, work),
            DatasetFormat.Cifar => ReadCifar(part, work),
            _ => GeneratedShapes.Draw(description, part.Count!.Value, split, work),
        };
        if (part.Count is null || images.Count == part.Count) return images;
        throw new InputException(
            ImageErrorIds.CountMismatch, FaultKind.InvalidData,
            $"'{images.Source}' holds {images.Count} images; this part of '{Name}' has {part.Count}.", images.Source);
    }

    private LabelledImages ReadIdx(DatasetPart part, WorkContext work)
    {
        var (imagePath, labelPath) = (PathOf(part.Files[0]), PathOf(part.Files[1]));
        var (shape, pixels) = IdxFile.ReadImages(imagePath, work, part.Files[0].Sha256);
        if (shape != description.Shape)
        {
            throw new InputException(
                ImageErrorIds.SizeMismatch, FaultKind.InvalidData,
                $"'{imagePath}' holds images of {shape}; those of '{Name}' are {description.Shape}.", imagePath);
        }

        var labels = IdxFile.ReadLabels(labelPath, work, part.Files[1].Sha256);
        return new LabelledImages(shape, pixels, labels, description.ClassNames, imagePath);
    }

    private LabelledImages ReadCifar(DatasetPart part, WorkContext work)
    {
        var (pixels, labels) = CifarFile.Read(part.Files.Select(file => (PathOf(file), file.Sha256)), work);
        return new LabelledImages(CifarFile.Shape, pixels, labels, description.ClassNames, PathOf(part.Files[0]));
    }

    private string PathOf(DatasetFile file) => Existing(folder, file.Name) ?? Path.Combine(folder, file.Name);

    /// <summary>The file of a name, plain or gzip, or null.</summary>
    public static string? Existing(string folder, string name) =>
        new[] { name, name + ".gz" }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    private static string? Holding(string[] folders, IReadOnlyList<DatasetFile> files) =>
        folders.FirstOrDefault(folder => files.All(file => Existing(folder, file.Name) is not null));
}
