using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;

namespace Thesis.Engine.Tests.Learning;

public sealed class SafetensorsTests : IDisposable
{
    private static readonly WorkContext Work = WorkContext.Default;

    private readonly TestFolder _folder = new();

    [Fact]
    public void A_file_of_Python_is_read()
    {
        var archive = SafetensorsFile.Read(TestFolder.Learning("python.safetensors"), Work);
        Assert.Equal("written by Python: é", archive.Metadata["note"]);
        Assert.Equal(9, archive.Tensors.Count);
        var weight = archive.Find("layer.weight")!;
        Assert.Equal(TensorElement.F32, weight.Element);
        Assert.Equal([2L, 3L], weight.Shape);
        Assert.Equal(1.25f, BitConverter.ToSingle(weight.Data, 20));
        Assert.Equal(Math.PI, archive.Find("mean")!.ToDoubles()[0]);
        Assert.Equal(7, BitConverter.ToInt64(archive.Find("step")!.Data));
        Assert.Empty(archive.Find("step")!.Shape);
        Assert.Equal([0L, 4L], archive.Find("empty")!.Shape);
    }

    [Fact]
    public void Python_reads_a_file_of_ours()
    {
        var archive = SafetensorsFile.Read(TestFolder.Learning("python.safetensors"), Work);
        SafetensorsFile.Write(_folder["ours.safetensors"], archive, overwrite: false);
        var listed = RunPython(TestFolder.Learning("safetensors_io.py"), _folder["ours.safetensors"]);
        var original = RunPython(TestFolder.Learning("safetensors_io.py"), TestFolder.Learning("python.safetensors"));
        Assert.Contains("layer.weight", listed, StringComparison.Ordinal);
        Assert.Equal(original, listed);
    }

    [Fact]
    public void What_is_written_is_read_again_and_aligned()
    {
        var archive = new TensorArchive();
        archive.Metadata["architecture"] = "ä \"quoted\"";
        archive.Add(new ArchivedTensor("b", TensorElement.U8, [3], [1, 2, 3]));
        archive.Add(ArchivedTensor.Of("a", [1.5, double.NaN]));
        SafetensorsFile.Write(_folder["a"], archive, overwrite: false);
        var bytes = File.ReadAllBytes(_folder["a"]);
        Assert.Equal(0UL, BinaryPrimitives.ReadUInt64LittleEndian(bytes) % 8);
        var again = SafetensorsFile.Read(_folder["a"], Work);
        Assert.Equal(archive.Metadata, again.Metadata);
        Assert.Equal(archive.Find("a")!.Data, again.Find("a")!.Data);
        Assert.Equal(archive.Find("b")!.Data, again.Find("b")!.Data);
        SafetensorsFile.Write(_folder["b"], again, overwrite: false);
        Assert.Equal(bytes, File.ReadAllBytes(_folder["b"]));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, null)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, SafetensorsFile.OffsetsInvalid)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, SafetensorsFile.OffsetsInvalid)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, SafetensorsFile.OffsetsInvalid)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, SafetensorsFile.OffsetsInvalid)]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""", 6, SafetensorsFile.OffsetsInvalid)]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, SafetensorsFile.OffsetsInvalid)]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, SafetensorsFile.HeaderInvalid)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, SafetensorsFile.HeaderInvalid)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", 4, SafetensorsFile.HeaderInvalid)]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, SafetensorsFile.HeaderInvalid)]
    [InlineData("""{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}""", 8, SafetensorsFile.TypeUnsupported)]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, SafetensorsFile.HeaderInvalid)]
    [InlineData("""[1,2]""", 0, SafetensorsFile.HeaderInvalid)]
    [InlineData("""{"a":""", 0, SafetensorsFile.HeaderInvalid)]
    [InlineData("""{} {}""", 0, SafetensorsFile.HeaderInvalid)]
    public void A_lying_header_is_refused(string json, int dataLength, string? id)
    {
        var path = _folder.Write("x", Build(json, dataLength));
        if (id is null) Assert.Single(SafetensorsFile.Read(path, Work).Tensors);
        else Assert.Equal(id, Assert.Throws<InputException>(() => SafetensorsFile.Read(path, Work)).ErrorId);
    }

    [Theory]
    [InlineData(0UL, SafetensorsFile.HeaderInvalid)]
    [InlineData(100_000_001UL, SafetensorsFile.HeaderInvalid)]
    [InlineData(ulong.MaxValue, SafetensorsFile.HeaderInvalid)]
    [InlineData(1000UL, SafetensorsFile.Truncated)]
    public void A_lying_length_allocates_nothing(ulong length, string id)
    {
        var bytes = Build("{}", 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        var path = _folder.Write("x", bytes);
        Assert.Equal(id, Assert.Throws<InputException>(() => SafetensorsFile.Read(path, Work)).ErrorId);
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Build(string json, int dataLength)
    {
        var text = Encoding.UTF8.GetBytes(json);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
        return [.. length, .. text, .. new byte[dataLength]];
    }

    private static string RunPython(params string[] arguments)
    {
        const string python = "/usr/bin/python3";
        if (!File.Exists(python) || Start(python, "-c", "import numpy").Code != 0) Assert.Skip($"'{python}' with NumPy is absent.");
        var (code, output) = Start(python, arguments);
        Assert.Equal(0, code);
        return JsonSerializer.Serialize(JsonDocument.Parse(output).RootElement);
    }

    private static (int Code, string Output) Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
