using System.Text;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Learning;
using Thesis.Engine.Learning.Onnx;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Benchmarks;
using Thesis.Engine.Tests.Benchmarks.Figures;
using Thesis.Engine.Tests.Data;
using Thesis.Engine.Tests.Data.Images;
using Thesis.Engine.Tests.Faces;
using Thesis.Engine.Tomography;

namespace Thesis.Engine.Tests.Fuzzing;

/// <summary>The readers of files that come from elsewhere. Those that take a path read a file of <see cref="Folder"/>.</summary>
internal sealed class FuzzedReaders : IDisposable
{
    private static readonly WorkContext Work = WorkContext.Default;

    public FuzzedReaders()
    {
        All =
        [
            .. Features(), .. Images(), .. Scans(), .. Models(), .. Texts(), .. Catalogue(),
        ];
    }

    /// <summary>All readers.</summary>
    public IReadOnlyList<FuzzedReader> All { get; }

    private TestFolder Folder { get; } = new();

    public void Dispose() => Folder.Dispose();

    private static IEnumerable<FuzzedReader> Features()
    {
        foreach (var name in (string[])["float32.npy", "people.npy"])
        {
            yield return new("npy", name, 50_000, () => File.ReadAllBytes(TestFolder.Format(name)),
                bytes => NpyFile.Read(new MemoryStream(bytes), bytes.Length, name, Work));
        }

        foreach (var name in (string[])["stored.npz", "compressed.npz"])
        {
            yield return new("npz", name, 50_000, () => File.ReadAllBytes(TestFolder.Format(name)),
                bytes => NpzFeatureReader.Read(new MemoryStream(bytes), name, FeatureFileOptions.Default, Work));
        }

        foreach (var (name, text) in ((string, string)[])
        [
            ("columns", "id,identity,a,b\nx,Ada,1,2\n\"y,1\",Bob,-3.5e-2,4\n"),
            ("lists", "id,embedding,age\nx,\"[1. 2.\n 3e0]\",31\ny,\"[4, 5, -6.5]\",32\n"),
        ])
        {
            yield return new("csv", name, 20_000, () => Encoding.UTF8.GetBytes(text),
                bytes => CsvFeatureReader.Read(
                    new MemoryStream(bytes), name, ',', FeatureFileOptions.Default, new RowFaults(name), Work));
        }

        foreach (var name in (string[])["duck-columns.parquet", "duck-list.parquet"])
        {
            yield return new("parquet", name, 30_000, () => File.ReadAllBytes(TestFolder.Table(name)),
                bytes => ParquetFeatureReader.Read(
                    new MemoryStream(bytes), name, FeatureFileOptions.Default, new RowFaults(name), Work))
            {
                // Parquet.Net makes lists and arrays as long as a damaged file says, before it reads what is in them.
                MostBytes = 1L << 30,
            };
        }
    }

    private IEnumerable<FuzzedReader> Images()
    {
        var idx = IdxBytes.Images(2, 2, 3, [.. Enumerable.Range(0, 12).Select(i => (byte)i)]);
        yield return new("idx", "images", 60_000, () => idx, Filed("m.idx", path => IdxFile.ReadImages(path, Work)));
        yield return new("idx", "images.gz", 40_000, () => IdxBytes.Gzip(idx),
            Filed("m.idx.gz", path => IdxFile.ReadImages(path, Work)));
        yield return new("cifar", "batch", 20_000, () => new byte[2 * 3073],
            Filed("m.bin", path => CifarFile.Read([(path, null)], Work)));
        foreach (var (name, inputs) in ((string, int)[])
        [
            ("colour.png", 20_000), ("rgba.png", 10_000), ("orientation6.jpg", 30_000), ("lossless.webp", 10_000),
        ])
        {
            yield return new(Path.GetExtension(name)[1..], name, inputs, () => File.ReadAllBytes(FaceReference.File(name)),
                Filed("m.image", path => PhotographFile.Read(path)));
        }

        yield return new("png", "labelled", 10_000, () => File.ReadAllBytes(FaceReference.File("colour.png")),
            Filed("m.png", path =>
            {
                var shape = ImageFile.ReadShape(path);
                ImageFile.Read(path, shape, new byte[shape.Count]);
            }));
    }

    private static IEnumerable<FuzzedReader> Scans()
    {
        foreach (var name in (string[])
        [
            "explicit_signed16.dcm", "dcmtk_undefined.dcm", "implicit_unsigned12.dcm", "rle_signed16.dcm", "jpeg_signed16.dcm",
            "deflated.dcm",
        ])
        {
            yield return new("dicom", name, 30_000, () => File.ReadAllBytes(TestFolder.Scan(name)), bytes =>
            {
                var image = DicomCtImage.From(DicomFile.Parse(bytes, name));
                DicomDerivation.Create(image, image.ToHounsfield(), new SliceDerivation("x", "MAR")).Write(Stream.Null);
            });
        }

        foreach (var name in (string[])["noise16.png", "mask1.png"])
        {
            yield return new("png", name, 40_000, () => File.ReadAllBytes(TestFolder.Scan(name)),
                bytes => GreyPng.Parse(bytes, name));
        }

        yield return new("npy", "stack_int16.npy", 40_000, () => File.ReadAllBytes(TestFolder.Scan("stack_int16.npy")), bytes =>
        {
            using var images = NpyImages.Open(new MemoryStream(bytes), bytes.Length, "stack");
            for (var i = 0; i < images.Count; i++) images.Next();
        });
        yield return new("json", "geometry", 30_000, () => Written(stream => ScanGeometryFile.Write(stream, ScanPresets.SynDeepLesion)),
            bytes => ScanGeometryFile.Parse(bytes, "g.json"));
    }

    private IEnumerable<FuzzedReader> Models()
    {
        yield return new("safetensors", "python.safetensors", 60_000,
            () => File.ReadAllBytes(TestFolder.Learning("python.safetensors")),
            bytes => SafetensorsFile.Read(new MemoryStream(bytes), "mutant", Work));
        yield return new("pickle", "tensors.pth", 30_000, () => File.ReadAllBytes(TestFolder.Learning("tensors.pth")),
            Filed("m.pth", path => PickledStateFile.Read(path, Work)));
        foreach (var (name, file) in ((string, string)[])
        [
            ("linear", TestFolder.Learning("linear.onnx")), ("detector", FaceReference.File("detector.onnx")),
        ])
        {
            yield return new("onnx", name, 30_000, () => File.ReadAllBytes(file), Filed("m.onnx", path => OnnxFile.Read(path)));
        }
    }

    private IEnumerable<FuzzedReader> Texts()
    {
        yield return new("yaml", "benchmark", 30_000, () => File.ReadAllBytes(Repository.Path("configs", "smoke.yaml")),
            bytes => BenchmarkConfigReader.Parse("c.yaml", bytes));
        yield return new("yaml", "figure", 30_000, () => Encoding.UTF8.GetBytes(FigureDescriptionTests.Good),
            bytes => FigureDescriptionReader.Parse("f.yaml", Encoding.UTF8.GetString(bytes)));
        yield return new("yaml", "dataset", 30_000, () => File.ReadAllBytes(Repository.Path("configs", "datasets", "mnist.yaml")),
            bytes => DatasetDescriptionReader.Parse("d.yaml", Encoding.UTF8.GetString(bytes)));
        foreach (var (name, text) in ((string, string)[])
        [
            ("a.csv", "TEMPLATE_ID,FILE,SUBJECT_ID,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT\n1,\"x\",3,1,2,3,4\n2,y,4,1,2,3,4\n"),
            ("Pair_list_F.txt", "1 ../Data/Images/001/frontal/01.jpg\n2 ../Data/Images/002/frontal/01.jpg\n"),
            ("A.labeled_faces.txt", "A\\1\\1.1.jpg,0,1,2,3,4,0,1\nA\\1\\1.2.jpg,0,1,2,3,4,0,1\n"),
        ])
        {
            yield return new("protocol", name, 10_000, () => Encoding.UTF8.GetBytes(text),
                Filed(name, path => FaceProtocolFile.Read(path, Work)));
        }

        yield return new("csv", "results", 20_000, () =>
        {
            var store = new ResultStore(Folder["made"]);
            Directory.CreateDirectory(Folder["made"]);
            store.Add(ResultStoreTests.Run("a", 2));
            store.Add(ResultStoreTests.Run("b", 1));
            return File.ReadAllBytes(store.FilePath);
        }, bytes =>
        {
            Directory.CreateDirectory(Folder["read"]);
            Folder.Write($"read/{ResultStore.FileName}", bytes);
            new ResultStore(Folder["read"]).Read();
        });
    }

    private IEnumerable<FuzzedReader> Catalogue()
    {
        yield return new("sqlite", "catalogue", 30_000, () =>
        {
            using var catalogue = new CatalogueFixture();
            catalogue.Add(CatalogueFixture.Faces(1, [1, 1, 2, 2, 3]), 0.4);
            catalogue.Name(1, "Ann");
            return File.ReadAllBytes(catalogue.Path);
        }, Filed("m.db", path =>
        {
            File.Delete(path + "-journal");
            CatalogueQueries.Faces(path, null, CatalogueFixture.Wait, Work);
            CatalogueQueries.Clusters(path, nearest: true, CatalogueFixture.Wait, Work);
            CatalogueSummary.Read(path, check: true, CatalogueFixture.Wait, Work);
        }));
    }

    private Action<byte[]> Filed(string name, Action<string> read) => bytes => read(Folder.Write(name, bytes));

    private static byte[] Written(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return stream.ToArray();
    }
}
