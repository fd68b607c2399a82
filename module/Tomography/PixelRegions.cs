namespace Thesis.Engine.Tomography;

/// <summary>A connected region of pixels.</summary>
/// <param name="Pixels">Their indices.</param>
/// <param name="TouchesBorder">Whether one lies at the image's border.</param>
internal sealed record PixelRegion(IReadOnlyList<int> Pixels, bool TouchesBorder);

/// <summary>Connected regions (4 neighbours) of a square image, in the order of their first pixels.</summary>
internal static class PixelRegions
{
    /// <summary>Finds them, in time proportional to the pixels.</summary>
    public static List<PixelRegion> Of(bool[] members, int size)
    {
        var seen = new bool[members.Length];
        var regions = new List<PixelRegion>();
        var waiting = new Stack<int>();
        for (var first = 0; first < members.Length; first++)
        {
            if (!members[first] || seen[first]) continue;
            var pixels = new List<int>();
            var touches = false;
            Visit(first);
            while (waiting.TryPop(out var pixel))
            {
                pixels.Add(pixel);
                var (row, column) = (pixel / size, pixel % size);
                touches |= row == 0 || column == 0 || row == size - 1 || column == size - 1;
                if (row > 0) Visit(pixel - size);
                if (row < size - 1) Visit(pixel + size);
                if (column > 0) Visit(pixel - 1);
                if (column < size - 1) Visit(pixel + 1);
            }

            regions.Add(new PixelRegion(pixels, touches));
        }

        return regions;

        void Visit(int pixel)
        {
            if (!members[pixel] || seen[pixel]) return;
            seen[pixel] = true;
            waiting.Push(pixel);
        }
    }
}
