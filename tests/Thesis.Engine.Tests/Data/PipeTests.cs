using System.IO.Pipes;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Learning.Onnx;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data;

/// <summary>What a shell hands on as a file and is a pipe, as of &lt;(command): it has no length and is read once.</summary>
public sealed class PipeTests
{
    private static readonly Dictionary<string, Action<string>> Readers = new()
    {
        ["bin"] = path => BinFeatureReader.Read(path, 2, WorkContext.Default),
        ["npy"] = path => NpyFile.Read(path, WorkContext.Default),
        ["png"] = path => GreyPng.Read(path),
        ["dicom"] = path => DicomFile.Read(path),
        ["photograph"] = path => PhotographFile.Read(path),
        ["idx"] = path => IdxFile.ReadShape(path),
        ["safetensors"] = path => SafetensorsFile.Read(path, WorkContext.Default),
        ["onnx"] = path => OnnxFile.Read(path),
        ["yaml"] = path => BenchmarkConfigReader.Read(path),
    };

    public static TheoryData<string> Formats => [.. Readers.Keys];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_format_that_is_read_by_its_length_refuses_it(string format)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "paths of pipes are Linux's");
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        pipe.Write("some bytes that are none of any format"u8);

        // Whoever reads on waits for more.
        var fault = await Task.Run(
            () => Assert.Throws<InputException>(() => Readers[format](PathOf(pipe))), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.EndsWith("Unreadable", fault.ErrorId, StringComparison.Ordinal);
        Assert.Contains("is a pipe", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_read_from_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "paths of pipes are Linux's");
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        pipe.Write("ann\nbob\n"u8);
        var path = PathOf(pipe);
        using (var reader = InputFile.OpenText(path))
        {
            pipe.Dispose();
            using var text = new StreamReader(reader);
            Assert.Equal("ann\nbob\n", text.ReadToEnd());
        }
    }

    private static string PathOf(AnonymousPipeServerStream pipe) => $"/proc/self/fd/{pipe.GetClientHandleAsString()}";
}
