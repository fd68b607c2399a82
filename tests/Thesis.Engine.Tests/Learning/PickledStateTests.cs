using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Thesis.Engine.Tests.Robustness.Classifiers;
using Xunit;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Learning;

/// <summary>state_dicts of torch.save, made by PyTorch (tests/data/learning).</summary>
public sealed class PickledStateTests : IDisposable
{
    private static readonly WorkContext Work = WorkContext.Default;
    private readonly TestFolder _folder = new();

    [Fact]
    public void Tensors_of_every_order_and_type_have_their_values()
    {
        var archive = PickledStateFile.Read(TestFolder.Learning("tensors.pth"), Work);
        Assert.Equal(["empty", "half", "parameter", "part", "shared", "transposed", "whole"], archive.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)i), Floats("shared"));
        Assert.Equal([4L, 2, 3], archive.Find("transposed")!.Shape);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)((12 * (i / 3 % 2)) + (4 * (i % 3)) + (i / 6))), Floats("transposed"));
        Assert.Equal([16f, 17, 18, 19, 20, 21, 22, 23], Floats("part"));
        Assert.Equal((TensorElement.F16, 24), (archive.Find("half")!.Element, archive.Find("half")!.Data.Length));
        Assert.Equal([1.5, -2], archive.Find("parameter")!.ToDoubles());
        Assert.Equal((TensorElement.I64, 7L, 0), (archive.Find("whole")!.Element, BitConverter.ToInt64(archive.Find("whole")!.Data), archive.Find("whole")!.Shape.Count));
        Assert.Empty(archive.Find("empty")!.Data);

        float[] Floats(string name) => MemoryMarshal.Cast<byte, float>(archive.Find(name)!.Data).ToArray();
    }

    [Fact]
    public void A_checkpoint_of_an_architecture_that_is_named_is_a_classifier()
    {
        var shape = new ImageShape(1, 8, 8);
        var options = new ClassifierLoadOptions { Architecture = "small", ImageShape = shape };
        using var model = ClassifierLoader.Load(TestFolder.Learning("small.pth"), options, Work);
        using var network = ClassifierArchitecture.Find("small").Create(shape, 3);
        TwinTests.Fill(network);
        network.eval();
        using var images = TwinTests.Images(2, shape).to(ScalarType.Float32);
        Assert.Equal((3, true, 0), (model.ClassCount, model.IsDifferentiable, model.ClassNames.Length));
        using var difference = (network.forward(images) - model.Logits(images)).abs().max();
        Assert.InRange(difference.item<float>(), 0, 1e-5f);
    }

    [Theory]
    [InlineData(null, 8, "ArchitectureRequired")]
    [InlineData("smal", 8, "ArchitectureUnknown")]
    [InlineData("model-a", 28, "ModelStateMismatch")]
    [InlineData("small", 12, "ModelStateMismatch")]
    public void Weights_that_do_not_fit_are_refused(string? architecture, int length, string id)
    {
        var options = new ClassifierLoadOptions { Architecture = architecture, ImageShape = new ImageShape(1, length, length) };
        var fault = Assert.Throws<InputException>(() => ClassifierLoader.Load(TestFolder.Learning("small.pth"), options, Work));
        Assert.Equal(id, fault.ErrorId);
    }

    public static TheoryData<string, string> Pickles => new()
    {
        { "a call", "cbuiltins\nprint\n(S'called'\ntR." },
        { "an object of a class", "ccollections\nCounter\n(tR." },
        { "text", "not a pickle" },
        { "nothing", "" },
        { "a dictionary of a call", "(dS'a'\ncos\ngetcwd\n(tRs." },
        { "a number", "I5\n." },
        { "no tensor", "(d." },
    };

    [Theory]
    [MemberData(nameof(Pickles))]
    public void A_pickle_that_is_no_state_dict_is_an_error_and_is_not_run(string title, string pickle)
    {
        var fault = Assert.Throws<InputException>(() => PickledStateFile.Read(With("data.pkl", Encoding.ASCII.GetBytes(pickle)), Work));
        Assert.True(fault.ErrorId == PickledStateFile.Invalid, title);
    }

    [Fact]
    public void A_pickle_of_before_1_6_says_how_to_save_it()
    {
        var path = _folder.Write("old.pth", [0x80, 2, .. "\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."u8]);
        var fault = Assert.Throws<InputException>(() => PickledStateFile.Read(path, Work));
        Assert.Equal(PickledStateFile.Invalid, fault.ErrorId);
        Assert.Contains("since 1.6", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_too_few_are_an_error()
    {
        var fault = Assert.Throws<InputException>(() => PickledStateFile.Read(With("data/0", new byte[12]), Work));
        Assert.Equal(PickledStateFile.Invalid, fault.ErrorId);
        Assert.Contains("lies beyond its 12 bytes", fault.Message, StringComparison.Ordinal);
    }

    // Offset and length together are beyond 64 bits.
    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue / 4)]
    [InlineData(-1L)]
    public void A_tensor_that_begins_beyond_every_storage_is_an_error(long offset)
    {
        var pickle = FormattableString.Invariant($"""
            (dS'a'
            ctorch._utils
            _rebuild_tensor_v2
            ((S'storage'
            ctorch
            FloatStorage
            S'0'
            S'cpu'
            I96
            tQL{offset}L
            (I4
            t(I1
            tI00
            NtRs.
            """).ReplaceLineEndings("\n");
        var fault = Assert.Throws<InputException>(() => PickledStateFile.Read(With("data.pkl", Encoding.ASCII.GetBytes(pickle)), Work));
        Assert.Equal(PickledStateFile.Invalid, fault.ErrorId);
        Assert.Contains("lies beyond", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_byte_of_the_pickle_is_an_error_or_other_values()
    {
        var whole = Entry(TestFolder.Learning("tensors.pth"), "data.pkl");
        var random = new SeededRandom(5);
        for (var trial = 0; trial < 200; trial++)
        {
            byte[] bytes = [.. whole];
            bytes[(int)(random.NextDouble() * bytes.Length)] ^= (byte)(1 << (trial % 8));
            try
            {
                PickledStateFile.Read(With("data.pkl", bytes), Work);
            }
            catch (InputException)
            {
                // One of ours; any other fails the test.
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Entry(string path, string name)
    {
        using var zip = ZipFile.OpenRead(path);
        using var stream = zip.Entries.Single(entry => entry.FullName.EndsWith("/" + name, StringComparison.Ordinal)).Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    // The committed file with one entry replaced.
    private string With(string name, byte[] content)
    {
        var path = _folder["changed.pth"];
        File.Copy(TestFolder.Learning("tensors.pth"), path, overwrite: true);
        File.SetAttributes(path, FileAttributes.Normal);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Update);
        var old = zip.Entries.Single(entry => entry.FullName.EndsWith("/" + name, StringComparison.Ordinal));
        var full = old.FullName;
        old.Delete();
        using var stream = zip.CreateEntry(full).Open();
        stream.Write(content);
        return path;
    }
}
