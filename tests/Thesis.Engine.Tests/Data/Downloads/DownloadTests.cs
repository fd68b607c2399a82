using System.IO.Compression;
using System.Security.Cryptography;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data.Downloads;

/// <summary>Datasets that a server of this process has, and the folder that they are saved into.</summary>
public abstract class DownloadTests : IDisposable
{
    protected static readonly byte[] Images = RandomNumberGenerator.GetBytes(200_000);

    protected string Folder { get; } = Directory.CreateTempSubdirectory("thesis-downloads-").FullName;

    internal FileServer Server { get; } = new();

    public void Dispose()
    {
        Server.Dispose();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected IReadOnlyList<SavedDatasetFile> Save(DatasetDescription dataset) =>
        DatasetSaver.Save(dataset, dataset.Downloads[0], new DownloadSource(Server.Root), Folder, WorkContext.Default);

    protected InputException Fault(DatasetDescription dataset) => Assert.Throws<InputException>(() => Save(dataset));

    // A dataset whose images are served; the reader's description names the file by its unpacked hash.
    protected DatasetDescription Idx(byte[] served, byte[] content, int? bytes = null)
    {
        Server.Files["images.gz"] = served;
        return DatasetDescriptionReader.Parse(
            "d.yaml", Text(content, $"https://a.invalid/images.gz\n    bytes: {bytes ?? served.Length}"));
    }

    protected static string Text(byte[] content, string download) => $"""
        version: 1
        dataset: d
        title: t
        source: s
        licence: l
        format: idx
        shape: [1, 10, 10]
        classes: [a, b]
        folders: [d]
        validation: 10
        download:
          - url: {download}
        train:
          count: 1900
          files:
            - name: images
              sha256: {Convert.ToHexStringLower(SHA256.HashData(content))}
            - name: labels
        test:
          count: 100
          files:
            - name: test-images
            - name: test-labels
        """;

    protected static byte[] Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(content);
        return packed.ToArray();
    }
}
