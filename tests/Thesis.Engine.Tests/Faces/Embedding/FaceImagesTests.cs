using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;

namespace Thesis.Engine.Tests.Faces;

/// <summary>Folders of identities as the training sees them.</summary>
public sealed class FaceImagesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Images_are_the_same_from_files_and_from_memory()
    {
        var found = IdentityFolders.Find([FaceCrops.Write(_folder)], 1, WorkContext.Default);
        var (kept, read) = (Read(found, null, long.MaxValue), Read(found, null, 0));
        Assert.Equal((true, false), (kept.IsInMemory, read.IsInMemory));
        Assert.Equal(kept.Fingerprint(WorkContext.Default), read.Fingerprint(WorkContext.Default));
        var (first, second) = (new float[kept.Shape.Count], new float[kept.Shape.Count]);
        kept.CopyImage(7, first);
        read.Select([3, 7]).CopyImage(1, second);
        Assert.Equal(first, second);
        Assert.Equal(1, kept.Label(7));
        // The bright bar of the second person lies in the second quarter.
        Assert.InRange(first[(4 * 12) + 3], 190 / 255f, 230 / 255f);
        Assert.InRange(first[3], 40 / 255f, 80 / 255f);
    }

    [Fact]
    public void Images_are_scaled_to_a_side()
    {
        var found = IdentityFolders.Find([FaceCrops.Write(_folder, side: 24)], 1, WorkContext.Default);
        var (large, small) = (Read(found, null, long.MaxValue), Read(found, 12, long.MaxValue));
        var (all, half) = (new float[large.Shape.Count], new float[small.Shape.Count]);
        large.CopyImage(2, all);
        small.CopyImage(2, half);
        // The mean of four pixels, rounded to 8 bits.
        Assert.Equal((all[0] + all[1] + all[24] + all[25]) / 4, half[0], 0.51 / 255);
    }

    [Fact]
    public void A_tenth_of_each_identity_is_held_back_and_never_all_of_it()
    {
        FaceCrops.Write(_folder, identities: 2, images: 20);
        FaceCrops.WriteOne(Path.Combine(_folder["crops"], "single"), "0.png", 2, 0, 12);
        var found = IdentityFolders.Find([_folder["crops"]], 1, WorkContext.Default);
        var (training, validation) = found.Split(0.1);
        Assert.Equal([2, 2, 0],
            Enumerable.Range(0, 3).Select(label => validation.Count(index => found.Files[index].Label == label)));
        Assert.Equal(Enumerable.Range(0, 41), training.Concat(validation).Order());
        Assert.Equal(validation, found.Split(0.1).Validation);
        Assert.Equal(3, found.Split(0.9).Training.Select(index => found.Files[index].Label).Distinct().Count());
    }

    [Fact]
    public void Folders_of_one_name_are_one_identity_and_small_ones_are_left_out_with_a_word()
    {
        FaceCrops.Write(_folder, identities: 2, images: 3, name: "a");
        FaceCrops.WriteOne(Path.Combine(_folder["b"], "deep", "person1"), "x.png", 1, 9, 12);
        FaceCrops.WriteOne(Path.Combine(_folder["b"], "rare"), "y.png", 3, 1, 12);
        File.WriteAllText(Path.Combine(_folder["b"], "Thumbs.db"), "");
        var said = new List<string>();
        var found = IdentityFolders.Find([_folder["a"], _folder["b"]], 2, new WorkContext { Warning = said.Add });
        Assert.Equal(["person0", "person1"], found.Names);
        Assert.Equal([3, 4], new[] { 0, 1 }.Select(label => found.Files.Count(file => file.Label == label)));
        Assert.Equal(["1 identities have fewer than 2 images and are left out."], said);
    }

    // As the links that a curation makes.
    [Fact]
    public void Links_to_files_are_taken()
    {
        FaceCrops.Write(_folder);
        foreach (var file in Directory.GetFiles(_folder["crops"], "*.png", SearchOption.AllDirectories))
        {
            var link = Path.Combine(_folder["links"], Path.GetRelativePath(_folder["crops"], file));
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.CreateSymbolicLink(link, file);
        }

        string Of(string name) =>
            Read(IdentityFolders.Find([_folder[name]], 1, WorkContext.Default), null,
                long.MaxValue).Fingerprint(WorkContext.Default);
        Assert.Equal(Of("crops"), Of("links"));
    }

    private static FaceImages Read(IdentityFolders found, int? side, long free) =>
        FaceImages.Read(found.Files, side, WorkContext.Default, free);
}
