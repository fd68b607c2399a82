using SkiaSharp;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data.Images;

public sealed class ImageDatasetTests : IDisposable
{
    private static readonly WorkContext Work = WorkContext.Default;
    private static readonly ImageDatasetOptions Nowhere = new() { DataPath = null };

    private readonly TestFolder _folder = new();

    [Fact]
    public void The_catalogue_names_sources_licences_and_sizes()
    {
        Assert.Equal(["cifar10", "cifar10-part", "fashion-mnist", "mnist", "shapes"], DatasetCatalogue.Names);
        Assert.All(DatasetCatalogue.Names, name => Assert.NotEmpty(DatasetCatalogue.Find(name).Licence));
        Assert.Equal(new ImageShape(3, 32, 32), DatasetCatalogue.Find("CIFAR10").Shape);
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_nearest()
    {
        var found = Assert.Throws<InputException>(() => ImageDataset.Open("mnsit", Nowhere));
        Assert.Equal(ImageErrorIds.DatasetNotFound, found.ErrorId);
        Assert.Contains("'mnist'", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_test_part_alone_is_enough_to_be_attacked()
    {
        Directory.CreateDirectory(_folder["mnist"]);
        foreach (var name in new[] { "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz" })
        {
            File.Copy(TestData.Find("mnist", name), _folder[$"mnist/{name}"]);
        }

        var mnist = ImageDataset.Open("mnist", new ImageDatasetOptions { DataPath = _folder[""] });
        Assert.Equal(10_000, mnist.Read(DatasetSplit.Test, Work).Count);
        var fault = Assert.Throws<InputException>(() => mnist.Read(DatasetSplit.Training, Work));
        Assert.Equal(ImageErrorIds.DatasetNotFound, fault.ErrorId);
        Assert.Contains("train-images-idx3-ubyte", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Absent_files_are_answered_with_the_folders_that_were_searched()
    {
        var found = Assert.Throws<InputException>(
            () => ImageDataset.Open("mnist", new ImageDatasetOptions { DataPath = _folder["data"] }));
        Assert.Equal(ImageErrorIds.DatasetNotFound, found.ErrorId);
        Assert.Contains(_folder["data"], found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Generated_shapes_are_the_same_bytes_and_every_class_is_there()
    {
        var dataset = ImageDataset.Open("shapes", Nowhere);
        var (training, validation, test) =
            (dataset.Read(DatasetSplit.Training, Work), dataset.Read(DatasetSplit.Validation, Work), dataset.Read(DatasetSplit.Test, Work));
        Assert.Equal((2500, 500, 500), (training.Count, validation.Count, test.Count));
        Assert.Equal(10, Enumerable.Range(0, 20).Select(test.Label).Distinct().Count());
        Assert.Equal(test.Fingerprint(Work), ImageDataset.Open("shapes", Nowhere).Read(DatasetSplit.Test, Work).Fingerprint(Work));
        Assert.NotEqual(test.Fingerprint(Work), training.Slice(0, 500).Fingerprint(Work));
    }

    [Fact]
    public void Mnist_is_split_into_50_10_and_10_thousand()
    {
        TestData.Find("mnist");
        var dataset = ImageDataset.Open("mnist", new ImageDatasetOptions { DataPath = TestData.Root });
        var (training, validation) = (dataset.Read(DatasetSplit.Training, Work), dataset.Read(DatasetSplit.Validation, Work));
        Assert.Equal((50_000, 10_000), (training.Count, validation.Count));
        // The first labels of train-labels-idx1-ubyte and of t10k-labels-idx1-ubyte are known to everyone.
        Assert.Equal([5, 0, 4, 1, 9], Enumerable.Range(0, 5).Select(training.Label));
        Assert.Equal([7, 2, 1, 0, 4], Enumerable.Range(0, 5).Select(dataset.Read(DatasetSplit.Test, Work).Label));
    }

    [Fact]
    public void A_folder_of_idx_files_needs_no_catalogue()
    {
        Directory.CreateDirectory(_folder["own"]);
        _folder.Write("own/train-images-idx3-ubyte", IdxBytes.Images(6, 1, 2, new byte[12]));
        _folder.Write("own/train-labels-idx1-ubyte", IdxBytes.Labels(6, [0, 1, 2, 0, 1, 2]));
        _folder.Write("own/t10k-images-idx3-ubyte.gz", IdxBytes.Gzip(IdxBytes.Images(1, 1, 2, [0, 255])));
        _folder.Write("own/t10k-labels-idx1-ubyte", IdxBytes.Labels(1, [1]));
        var dataset = ImageDataset.Open(_folder["own"], Nowhere);
        Assert.Equal("own", dataset.Name);
        Assert.Equal((5, 1), (dataset.Read(DatasetSplit.Training, Work).Count, dataset.Read(DatasetSplit.Validation, Work).Count));
        Assert.Equal(3, dataset.Read(DatasetSplit.Test, Work).ClassNames.Count);
    }

    [Fact]
    public void Npy_pairs_are_bytes_or_floats()
    {
        NpyFile.Write<byte>(_folder["train_images.npy"], new byte[] { 0, 255, 51, 102 }, 2, 1, 2);
        NpyFile.Write<int>(_folder["train_labels.npy"], new[] { 0, 1 }, 2);
        NpyFile.Write<float>(_folder["test_images.npy"], new[] { 0f, 0.5f }, 1, 1, 1, 2);
        NpyFile.Write<int>(_folder["test_labels.npy"], new[] { 0 }, 1);
        var dataset = ImageDataset.Open(Path.GetDirectoryName(_folder["x"])!, Nowhere);
        var test = dataset.Read(DatasetSplit.Test, Work);
        var pixels = new float[2];
        test.CopyImage(0, pixels);
        Assert.Equal([0f, 0.5f], pixels);
        Assert.Equal(2, test.ClassNames.Count);
        Assert.Equal(1, dataset.Read(DatasetSplit.Training, Work).Count);
        NpyFile.Write<int>(_folder["test_labels.npy"], new[] { -1 }, 1);
        Assert.Equal(
            ImageErrorIds.LabelOutOfRange,
            Assert.Throws<InputException>(() => dataset.Read(DatasetSplit.Test, Work)).ErrorId);
    }

    [Fact]
    public void Subfolders_of_images_are_classes()
    {
        foreach (var part in new[] { "train", "test" })
        {
            foreach (var (name, red) in new[] { ("cat", 10), ("dog", 200) })
            {
                for (var i = 0; i < 3; i++) WritePng($"{part}/{name}/{i}.png", 3, 2, new SKColor((byte)red, (byte)i, 7));
            }
        }

        var dataset = ImageDataset.Open(Path.GetDirectoryName(_folder["x"])!, Nowhere);
        var test = dataset.Read(DatasetSplit.Test, Work);
        Assert.Equal(new ImageShape(3, 2, 3), test.Shape);
        Assert.Equal(["cat", "dog"], test.ClassNames);
        var image = new float[18];
        for (var i = 0; i < test.Count; i++)
        {
            test.CopyImage(i, image);
            Assert.Equal((test.Label(i) == 0 ? 10 : 200) / 255f, image[0]);
            Assert.Equal(7 / 255f, image[17]);
        }

        Assert.Equal(5, dataset.Read(DatasetSplit.Training, Work).Count);
    }

    [Theory]
    [InlineData("size", ImageErrorIds.SizeMismatch)]
    [InlineData("text", ImageErrorIds.ImageInvalid)]
    [InlineData("cut", ImageErrorIds.ImageInvalid)]
    [InlineData("transparent", ImageErrorIds.ImageInvalid)]
    public void A_bad_image_is_one_error_with_its_path(string fault, string id)
    {
        WritePng("test/a/0.png", 40, 30, SKColors.Red);
        WritePng("test/a/1.png", fault == "size" ? 41 : 40, 30, fault == "transparent" ? new SKColor(1, 2, 3, 128) : SKColors.Red);
        var bad = _folder["test/a/1.png"];
        if (fault == "text") File.WriteAllText(bad, "no image");
        if (fault == "cut") File.WriteAllBytes(bad, File.ReadAllBytes(bad)[..60]);
        var found = Assert.Throws<InputException>(
            () => ImageDataset.Open(_folder["test"], Nowhere).Read(DatasetSplit.Test, Work));
        Assert.Equal(id, found.ErrorId);
        Assert.Contains("1.png", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_something_else_is_refused()
    {
        _folder.Write("notes.txt", "nothing");
        var found = Assert.Throws<InputException>(() => ImageDataset.Open(Path.GetDirectoryName(_folder["x"])!, Nowhere));
        Assert.Equal(ImageErrorIds.DatasetFormatUnknown, found.ErrorId);
    }

    [Theory]
    [InlineData("format: idx", "format: id", "ConfigValueInvalid")]
    [InlineData("licence: x", "license: x", "ConfigKeyUnknown")]
    [InlineData("shape: [1, 28, 28]", "shape: [1, 28]", "ConfigValueInvalid")]
    [InlineData("shape: [1, 28, 28]", "shape: [1, 28, 5000]", "ConfigValueInvalid")]
    [InlineData("validation: 5", "validation: 60", "ConfigValueInvalid")]
    [InlineData("name: b", "name: ../b", "ConfigValueInvalid")]
    [InlineData("name: b", "name: b, sha256: ABC", "ConfigValueInvalid")]
    [InlineData("title: x", "", "ConfigKeyMissing")]
    public void A_description_is_read_strictly(string good, string bad, string id)
    {
        const string text = """
            version: 1
            dataset: own
            title: x
            source: x
            licence: x
            format: idx
            shape: [1, 28, 28]
            classes: [a, b]
            folders: [own]
            validation: 5
            train: { count: 50, files: [{ name: a }, { name: b }] }
            test: { count: 10, files: [{ name: c }, { name: d }] }
            """;
        Assert.Equal("own", DatasetDescriptionReader.Parse("own.yaml", text).Name);
        var found = Assert.Throws<InputException>(
            () => DatasetDescriptionReader.Parse("own.yaml", text.Replace(good, bad, StringComparison.Ordinal)));
        Assert.Equal(id, found.ErrorId);
        Assert.StartsWith("own.yaml(", found.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void WritePng(string name, int width, int height, SKColor colour)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Erase(colour);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        _folder.Write(name, data.ToArray());
    }
}
