using Thesis.Engine.Data;
using Xunit;

namespace Thesis.Engine.Tests.Data.Scans;

public sealed class ScanFuzzTests
{
    [Theory]
    [InlineData("explicit_signed16.dcm", 6000)]
    [InlineData("dcmtk_undefined.dcm", 6000)]
    [InlineData("implicit_unsigned12.dcm", 6000)]
    [InlineData("rle_signed16.dcm", 6000)]
    [InlineData("jpeg_signed16.dcm", 6000)]
    [InlineData("deflated.dcm", 6000)]
    [InlineData("noise16.png", 3000)]
    [InlineData("mask1.png", 3000)]
    [InlineData("stack_int16.npy", 3000)]
    public void A_mutated_file_is_read_or_refused_and_nothing_else(string name, int mutations) =>
        FileFuzzing.ReadOrRefuse(File.ReadAllBytes(TestFolder.Scan(name)), mutations, mutant => Read(name, mutant));

    private static void Read(string name, byte[] bytes)
    {
        switch (Path.GetExtension(name))
        {
            case ".dcm":
                var image = DicomCtImage.From(DicomFile.Parse(bytes, name));
                DicomDerivation.Create(image, image.ToHounsfield(), new SliceDerivation("x", "MAR")).Write(Stream.Null);
                break;
            case ".png":
                GreyPng.Parse(bytes, name);
                break;
            default:
                using (var images = NpyImages.Open(new MemoryStream(bytes), bytes.Length, name))
                {
                    for (var i = 0; i < images.Count; i++) images.Next();
                }

                break;
        }
    }
}
