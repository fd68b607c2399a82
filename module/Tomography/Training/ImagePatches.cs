using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>Patches of a batch's images, each at a place of its own.</summary>
internal static class ImagePatches
{
    /// <summary>Cuts the same patches from several batches.</summary>
    /// <param name="side">The side of a patch.</param>
    /// <param name="random">Draws the places.</param>
    /// <param name="batches">[B, C, N, N] each.</param>
    public static Tensor[] Cut(int side, SeededRandom random, params Tensor[] batches)
    {
        var (count, size) = (batches[0].shape[0], (int)batches[0].shape[2]);
        if (side == size) return batches;
        var places = new (int Row, int Column)[count];
        for (var i = 0; i < count; i++) places[i] = (random.NextInt32(size - side + 1), random.NextInt32(size - side + 1));
        return Array.ConvertAll(batches, batch => cat(
            [.. places.Select((place, i) => batch.narrow(0, i, 1).narrow(2, place.Row, side).narrow(3, place.Column, side))], dim: 0));
    }
}
