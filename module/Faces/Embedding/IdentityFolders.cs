using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Folders of identities: the identity of a photograph is the name of the folder that it lies in, as for Get-FaceFeature
/// -FolderIdentity; folders of one name are one identity, wherever they are.
/// </summary>
internal sealed class IdentityFolders
{
    private const long OrderSeed = 5;

    private IdentityFolders(IReadOnlyList<string> names, FaceFile[] files) => (Names, Files) = (names, files);

    /// <summary>The identities, by ordinal order; labels are places in it.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The files, by identity and ordinal path.</summary>
    public IReadOnlyList<FaceFile> Files { get; }

    /// <summary>Finds the files; none is opened.</summary>
    /// <param name="folders">The folders, which are looked into wholly; links to files are taken, links to folders are
    /// not.</param>
    /// <param name="leastImages">Identities of fewer images are left out.</param>
    /// <param name="work">Cancellation; a warning of what is left out.</param>
    /// <exception cref="InputException"><c>IdentitiesTooFew</c>: fewer than two identities are left;
    /// <c>PathNotFolder</c>.</exception>
    public static IdentityFolders Find(IReadOnlyList<string> folders, int leastImages, WorkContext work)
    {
        var found = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        var others = 0;
        foreach (var folder in folders)
        {
            if (!Directory.Exists(folder))
            {
                throw new InputException(
                    "PathNotFolder", FaultKind.InvalidArgument,
                    $"'{folder}' is a file; a folder of identities is wanted.", folder);
            }

            var (photographs, rest) = PhotographFolder.Find(folder, recurse: true, work);
            others += rest.Count;
            foreach (var photograph in photographs)
            {
                var name = Path.GetFileName(Path.GetDirectoryName(photograph))!;
                if (!found.TryGetValue(name, out var files))
                {
                    found.Add(name, files = new SortedSet<string>(StringComparer.Ordinal));
                }

                files.Add(photograph);
            }
        }

        var kept = found.Where(pair => pair.Value.Count >= leastImages).ToArray();
        RequireTwo(kept.Length, found.Count, folders[0], leastImages);
        if (others > 0) work.Verbose?.Invoke($"{others} files are no photographs by their names and are left out.");
        if (kept.Length < found.Count)
        {
            work.Warning?.Invoke(string.Create(
                CultureInfo.InvariantCulture,
                $"{found.Count - kept.Length} identities have fewer than {leastImages} images and are left out."));
        }

        return new IdentityFolders(
            [.. kept.Select(pair => pair.Key)],
            [.. kept.SelectMany((pair, label) => pair.Value.Select(path => new FaceFile(path, label)))]);
    }

    /// <summary>
    /// Parts the images: of an identity's n images round(share n), at most n - 1, are held back, by an order that depends on
    /// their number alone.
    /// </summary>
    /// <returns>The indices of those that are trained on, and of those that are held back.</returns>
    public (int[] Training, int[] Validation) Split(double share)
    {
        var (training, validation) = (new List<int>(), new List<int>());
        int[] order = [.. Enumerable.Range(0, Files.Count)];
        new SeededRandom(OrderSeed).Shuffle(order.AsSpan());
        foreach (var identity in order.GroupBy(index => Files[index].Label).OrderBy(group => group.Key))
        {
            int[] images = [.. identity];
            var held = Math.Min(images.Length - 1, (int)Math.Round(share * images.Length, MidpointRounding.AwayFromZero));
            validation.AddRange(images[..held]);
            training.AddRange(images[held..]);
        }

        return ([.. training], [.. validation]);
    }

    private static void RequireTwo(int kept, int found, string folder, int leastImages)
    {
        if (kept >= 2) return;
        throw new InputException(
            "IdentitiesTooFew", FaultKind.InvalidData,
            string.Create(
                CultureInfo.InvariantCulture,
                $"'{folder}' holds {found} {(found == 1 ? "identity" : "identities")}, {kept} of them with {leastImages} images ")
            + "or more; two are the least that can be told apart. An identity is a folder with the images of one person.",
            folder);
    }
}
