using SkiaSharp;
using Thesis.Engine.Tests.Data;

namespace Thesis.Engine.Tests.Faces;

/// <summary>Folders of generated faces: a person is where the bright bar lies, a face a shade and a little noise.</summary>
internal static class FaceCrops
{
    /// <summary>Writes the faces, and returns the folder above the identities.</summary>
    public static string Write(TestFolder folder, int identities = 3, int images = 6, int side = 12, string name = "crops")
    {
        var root = folder[name];
        for (var person = 0; person < identities; person++)
        {
            for (var image = 0; image < images; image++) WriteOne(Path.Combine(root, $"person{person}"),
                $"{image}.png", person, image, side);
        }

        return root;
    }

    /// <summary>Writes one face.</summary>
    public static string WriteOne(string folder, string name, int person, int image, int side)
    {
        Directory.CreateDirectory(folder);
        var random = new Random((100 * person) + image);
        using var bitmap = new SKBitmap(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var level = (y * 4 / side == person ? 190 : 40) + random.Next(40);
                bitmap.SetPixel(x, y, new SKColor((byte)level, (byte)(level - 20), (byte)(level - 30)));
            }
        }

        var path = Path.Combine(folder, name);
        using var stream = File.Create(path);
        bitmap.Encode(stream, SKEncodedImageFormat.Png, 100);
        return path;
    }
}
