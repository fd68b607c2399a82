using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>An aligned face: planes of red, green and blue, 0 to 255.</summary>
/// <param name="Values">3 x Rows x Columns values.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
internal sealed record FaceCrop(float[] Values, int Rows, int Columns)
{
    // Beyond it a face of the template is a hundred times as large in the photograph as it needs to be.
    private const int MostSamples = 16;

    /// <summary>
    /// Cuts a face out of a photograph so that its landmarks come to lie where the template has them. A pixel is the mean of
    /// n x n bilinear samples, spread evenly over its area in the photograph, where n is the nearest whole number to its length
    /// there; what lies outside of the photograph is black. Null where the landmarks are one point.
    /// </summary>
    public static FaceCrop? Align(Photograph photograph, DetectedFace face, int rows, int columns)
    {
        if (SimilarityTransform.Between(face.Landmarks, FaceTemplate.Of(rows, columns)) is not { } there) return null;
        return Warp(photograph, there.Inverse(), rows, columns);
    }

    /// <summary>Takes a photograph that is an aligned face already, square or of the shape asked for, and scales it.</summary>
    /// <exception cref="InputException"><c>CropShapeUnknown</c>: it is of another shape.</exception>
    public static FaceCrop FromAligned(Photograph photograph, int rows, int columns, string path)
    {
        var square = photograph.Width == photograph.Height;
        if (!square && (long)photograph.Width * rows != (long)photograph.Height * columns)
        {
            throw new InputException(
                "CropShapeUnknown", FaultKind.InvalidData,
                $"'{path}' is {photograph.Width} x {photograph.Height}; an aligned face is square or of the model's {columns} x {rows}. "
                + "Leave -Aligned out to find the face in it.", path);
        }

        // Centres on centres: x there = (x + aside + 1/2) s - 1/2; a narrower face loses columns on either side.
        var scale = photograph.Height / (double)rows;
        var aside = ((photograph.Width / scale) - columns) / 2;
        return Warp(
            photograph, new SimilarityTransform(scale, 0, ((aside + 0.5) * scale) - 0.5, (0.5 * scale) - 0.5), rows, columns, clamped: true);
    }

    /// <summary>
    /// The variance of the Laplacian (the four neighbours less four times the pixel) of the luminance
    /// .299 R + .587 G + .114 B, 0 to 255, over the inner pixels: low where a face is blurred.
    /// </summary>
    public double Sharpness()
    {
        var size = Rows * Columns;
        var grey = new float[size];
        for (var i = 0; i < size; i++) grey[i] = (0.299f * Values[i]) + (0.587f * Values[size + i]) + (0.114f * Values[(2 * size) + i]);
        var (sum, squares, count) = (0.0, 0.0, 0);
        for (var y = 1; y < Rows - 1; y++)
        {
            for (var x = 1; x < Columns - 1; x++)
            {
                var at = (y * Columns) + x;
                var value = (double)grey[at - 1] + grey[at + 1] + grey[at - Columns] + grey[at + Columns] - (4 * grey[at]);
                (sum, squares, count) = (sum + value, squares + (value * value), count + 1);
            }
        }

        return count == 0 ? 0 : Math.Max(0, (squares / count) - (sum / count * (sum / count)));
    }

    private static FaceCrop Warp(Photograph photograph, SimilarityTransform back, int rows, int columns, bool clamped = false)
    {
        var samples = Math.Clamp((int)Math.Round(back.Scale), 1, MostSamples);
        var share = 1f / (samples * samples);
        var size = rows * columns;
        var values = new float[Photograph.Channels * size];
        Span<float> sum = stackalloc float[Photograph.Channels];
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                sum.Clear();
                for (var k = 0; k < samples * samples; k++)
                {
                    var (dx, dy) = (((k % samples) + 0.5) / samples, ((k / samples) + 0.5) / samples);
                    var (px, py) = back.Apply(x + dx - 0.5, y + dy - 0.5);
                    if (clamped) (px, py) = (Math.Clamp(px, 0, photograph.Width - 1), Math.Clamp(py, 0, photograph.Height - 1));
                    Add(photograph, px, py, sum);
                }

                for (var channel = 0; channel < sum.Length; channel++) values[(channel * size) + (y * columns) + x] = share * sum[channel];
            }
        }

        return new FaceCrop(values, rows, columns);
    }

    private static void Add(Photograph photograph, double x, double y, Span<float> sum)
    {
        // Far outside a coordinate is no whole number any more.
        if (!(x > -1 && y > -1 && x < photograph.Width && y < photograph.Height)) return;
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (right, below) = ((float)(x - left), (float)(y - top));
        AddPixel(photograph, left, top, (1 - right) * (1 - below), sum);
        AddPixel(photograph, left + 1, top, right * (1 - below), sum);
        AddPixel(photograph, left, top + 1, (1 - right) * below, sum);
        AddPixel(photograph, left + 1, top + 1, right * below, sum);
    }

    private static void AddPixel(Photograph photograph, int x, int y, float weight, Span<float> sum)
    {
        if (weight == 0 || (uint)x >= (uint)photograph.Width || (uint)y >= (uint)photograph.Height) return;
        var pixel = photograph.Pixels.AsSpan((y * photograph.Stride) + (Photograph.Channels * x), Photograph.Channels);
        for (var channel = 0; channel < sum.Length; channel++) sum[channel] += weight * pixel[channel];
    }
}
