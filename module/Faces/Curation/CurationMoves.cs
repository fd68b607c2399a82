using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>What is done to an image file.</summary>
public enum CurationAction
{
    /// <summary>A symbolic link to it is made.</summary>
    Link,

    /// <summary>It is moved.</summary>
    Move,
}

/// <summary>One file of a manifest.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Source">The image.</param>
/// <param name="Target">The link, or the image's new place.</param>
public sealed record CurationStep(CurationAction Action, string Source, string Target);

/// <summary>
/// Links and moves image files, and takes that back. What has been done is read off the files themselves and not remembered:
/// a step that was ended anywhere is finished when it is done again, and is undone whole. A file that is moved between two disks is copied under
/// another name first, so that neither place ever holds half of it under its own.
/// </summary>
public static class CurationMoves
{
    private const string Part = ".part";

    /// <summary>The steps that bring links of the kept images into one folder and the dropped ones into another.</summary>
    /// <param name="images">The images.</param>
    /// <param name="source">The dataset; no image outside of it is touched.</param>
    /// <param name="linkKept">The folder of the links, in it a folder for each identity; null for none.</param>
    /// <param name="moveDropped">The folder of the dropped images, in it a folder for each identity; null to leave them.</param>
    /// <param name="faults">Takes the faults of images for which there is no step.</param>
    public static IReadOnlyList<CurationStep> Plan(
        IReadOnlyList<CuratedImage> images, string source, string? linkKept, string? moveDropped, Action<InputException> faults)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(faults);
        var steps = new List<CurationStep>();
        var targets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var image in images)
        {
            var action = image.IsKept ? CurationAction.Link : CurationAction.Move;
            if ((image.IsKept ? linkKept : moveDropped) is not { } folder) continue;
            if (Fault(image, source) is { } fault)
            {
                faults(fault);
                continue;
            }

            var target = Path.Combine(folder, image.Identity, Path.GetFileName(image.Path));
            if (targets.Add(target)) steps.Add(new CurationStep(action, image.Path, target));
            else faults(Taken(target, image.Path));
        }

        return steps;
    }

    /// <summary>Fails where a target lies in the dataset, which the next curation would take for a part of it.</summary>
    /// <exception cref="InputException"><c>TargetInSource</c>.</exception>
    public static string RequireOutside(string target, string source) => IsWithin(target, source) || target == source
        ? throw new InputException(
            "TargetInSource", FaultKind.InvalidArgument, $"'{target}' lies in the dataset '{source}': the next curation would take it for a part of it.", target)
        : target;

    /// <summary>Does a step, or what of it has not been done.</summary>
    /// <exception cref="InputException"><c>TargetTaken</c>, <c>ImageMissing</c>, <c>FileNotWritable</c>, <c>DiskSpaceInsufficient</c>.</exception>
    public static void Do(CurationStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        AtomicFile.Guard(step.Target, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(step.Target)!);
            if (step.Action == CurationAction.Move) Move(step.Source, step.Target);
            else Link(step);
        });
    }

    /// <summary>Takes a step back, or what of it was done, and removes the target's folder where it is empty then.</summary>
    /// <returns>Whether there was anything to take back.</returns>
    /// <exception cref="InputException"><c>TargetTaken</c>, <c>ImageMissing</c>, <c>FileNotWritable</c>, <c>DiskSpaceInsufficient</c>.</exception>
    public static bool Undo(CurationStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var done = false;
        AtomicFile.Guard(step.Source, () =>
        {
            done = step.Action == CurationAction.Move ? MoveBack(step) : Unlink(step);
            var folder = Path.GetDirectoryName(step.Target)!;
            if (done && Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
        });
        return done;
    }

    private static bool MoveBack(CurationStep step)
    {
        // It was ended while it was moved there, or while it was moved back.
        var begun = File.Exists(step.Target + Part) && !File.Exists(step.Source) && !File.Exists(step.Target);
        if (begun) File.Move(step.Target + Part, step.Target);
        if (File.Exists(step.Source) && !File.Exists(step.Target)) return false;
        Directory.CreateDirectory(Path.GetDirectoryName(step.Source)!);
        Move(step.Target, step.Source);
        return true;
    }

    private static void Move(string source, string target)
    {
        var part = target + Part;
        switch (File.Exists(source), File.Exists(target))
        {
            case (true, true):
                throw Taken(target, source);
            case (true, false):
                // A copy that was not finished: the file itself is still where it was.
                File.Delete(part);
                File.Move(source, part);
                File.Move(part, target);
                break;
            case (false, false) when File.Exists(part):
                File.Move(part, target);
                break;
            case (false, false):
                throw new InputException("ImageMissing", FaultKind.NotFound, $"'{source}' is neither there nor at '{target}'.", source);
        }
    }

    private static void Link(CurationStep step)
    {
        if (IsLinkOf(step)) return;
        if (Path.Exists(step.Target) || new FileInfo(step.Target).LinkTarget is not null) throw Taken(step.Target, step.Source);
        File.CreateSymbolicLink(step.Target, step.Source);
    }

    private static bool Unlink(CurationStep step)
    {
        if (!IsLinkOf(step)) return false;
        File.Delete(step.Target);
        return true;
    }

    private static bool IsLinkOf(CurationStep step) => new FileInfo(step.Target).LinkTarget == step.Source;

    private static InputException? Fault(CuratedImage image, string source)
    {
        if (image.Identity.Length == 0 || image.Identity is "." or ".." || image.Identity.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0
            || image.Identity.Contains('/', StringComparison.Ordinal) || image.Identity.Contains('\\', StringComparison.Ordinal))
        {
            return new InputException(
                "IdentityNoFolderName", FaultKind.InvalidData, $"The identity '{image.Identity}' of '{image.Path}' is no name of a folder.", image.Path);
        }

        if (!Path.IsPathFullyQualified(image.Path) || !IsWithin(Path.GetFullPath(image.Path), source))
        {
            return new InputException(
                "ImageOutsideSource", FaultKind.InvalidData, $"'{image.Path}' does not lie in the dataset '{source}', and is left alone.", image.Path);
        }

        return IsLinked(image.Path, source)
            ? new InputException(
                "ImageIsLink", FaultKind.InvalidData, $"'{image.Path}' is a link, or lies in a folder that is one, and is left alone.", image.Path)
            : null;
    }

    private static bool IsWithin(string path, string folder) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static bool IsLinked(string path, string source)
    {
        for (var at = path; at is not null && at != source; at = Path.GetDirectoryName(at))
        {
            if (new FileInfo(at).LinkTarget is not null) return true;
        }

        return false;
    }

    private static InputException Taken(string target, string source) =>
        new("TargetTaken", FaultKind.AlreadyExists, $"'{target}' is there already; '{source}' is left where it is.", target);
}
