using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Thesis.Engine.Benchmarks;

/// <summary>PNG files as the images of a page, within the page's file.</summary>
internal static class HtmlPicture
{
    // Signature, the length of the first chunk, its name, then width and height.
    private const int WidthPlace = 16;
    private const int HeightPlace = 20;
    private const int LeastBytes = 24;

    /// <summary>The element.</summary>
    /// <param name="png">The file.</param>
    /// <param name="text">What it shows.</param>
    /// <param name="more">Further attributes.</param>
    public static string Of(byte[] png, string text, string more = "") =>
        $"<img{more}{SizeOf(png)} alt=\"{WebUtility.HtmlEncode(text)}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\"/>";

    /// <summary>The attributes of its size: without them a page moves under the reader's finger as its pictures come.</summary>
    public static string SizeOf(byte[] png) => png.Length < LeastBytes ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $" width=\"{BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(WidthPlace))}\" height=\"{BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(HeightPlace))}\"");
}
