using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Accuracy;

/// <summary>A slice of a scanner.</summary>
/// <param name="Name">The patient's file and the slice's place in it.</param>
/// <param name="Values">HU, row by row.</param>
/// <param name="Size">Rows and columns.</param>
/// <param name="PixelSize">cm.</param>
internal sealed record RealSlice(string Name, float[] Values, int Size, double PixelSize)
{
    /// <summary>Half the size: means of 2 x 2 pixels.</summary>
    public RealSlice Halved()
    {
        var half = Size / 2;
        var values = new float[half * half];
        for (var i = 0; i < values.Length; i++)
        {
            var from = (2 * (i / half) * Size) + (2 * (i % half));
            values[i] = 0.25f * (Values[from] + Values[from + 1] + Values[from + Size] + Values[from + Size + 1]);
        }

        return new RealSlice(Name, values, half, 2 * PixelSize);
    }
}

/// <summary>The public slices of six patients and more: data/ct_hu.</summary>
internal static class RealSlices
{
    private static readonly (string File, double Spacing)[] Files =
    [
        ("cmb_crc_01068", 0.0898438), ("tcia_9328_50_1_0117", 0.0644531), ("lungfcp_0001", 0.0759766), ("rtk_01", 0.0865234),
        ("metabali", 0.0976562), ("lungct_R_004", 0.0830078), ("deeplesion_000001_01_01_103", 0.08),
    ];

    /// <summary>Every slice of every patient, or so many of each, at equal steps.</summary>
    public static IEnumerable<RealSlice> Read(string folder, int most = int.MaxValue)
    {
        foreach (var (file, spacing) in Files)
        {
            var path = Path.Combine(folder, "ct_hu", file + ".npy.gz");
            var slices = CtFile.Read(path, WorkContext.Default).ToArray();
            var count = Math.Min(most, slices.Length);
            for (var i = 0; i < count; i++)
            {
                var slice = slices[(int)((i + 0.5) * slices.Length / count)];
                yield return new RealSlice($"{file}_{slice.Index ?? 0:D4}", slice.Values, slice.Columns, spacing);
            }
        }
    }
}
