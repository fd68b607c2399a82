using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Thesis.Engine.Tomography;

/// <summary>Where the rays of a tile's window cross its rows, and what a pixel takes of each.</summary>
internal readonly unsafe struct JosephTileCrossing
{
    private readonly Vector512<float> _offsets;
    private readonly Vector512<float> _offsets2;
    private readonly Vector512<float> _slopes;
    private readonly Vector512<float> _slopes2;
    private readonly Vector512<float> _columns;
    private readonly Vector512<float> _reach;
    private readonly float _begin;
    private readonly float _perRow;
    private readonly int _row;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public JosephTileCrossing(in JosephTile tile)
    {
        (_offsets, _offsets2) = tile.Window(tile.Offset);
        (_slopes, _slopes2) = tile.Window(tile.Slope);
        var lanes = Vector512.CreateSequence(0f, 1f);
        _columns = lanes + Vector512.Create(tile.Column + 1f);

        // The first ray that a pixel can reach, counted from the window's, plus 1, which truncation takes away.
        _reach = lanes * Vector512.Create(tile.Model.PerPlace);
        _begin = tile.Model.At(0, 0) - tile.Model.PerPlace - tile.Error + 1 - tile.Start;
        (_perRow, _row) = (tile.Model.PerRow, tile.Row);
        Candidates = tile.Model.Candidates(tile.Error);
    }

    /// <summary>Neighbouring rays that a pixel can reach.</summary>
    public int Candidates { get; }

    /// <summary>The first rays that the pixels of a row can reach, and where those of the window cross it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<int> Cross(int row, out Vector512<float> places, out Vector512<float> places2)
    {
        var at = Vector512.Create((float)(_row + row));
        places = Avx512F.FusedMultiplyAdd(at, _slopes, _offsets);
        places2 = Avx512F.FusedMultiplyAdd(at, _slopes2, _offsets2);
        return Avx512F.ConvertToVector512Int32WithTruncation(_reach + Vector512.Create(_begin + (row * _perRow)));
    }

    /// <summary>What each pixel takes of a ray.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Weight(Vector512<int> ray, Vector512<float> places, Vector512<float> places2)
    {
        var distance = Vector512.Abs(Avx512F.PermuteVar16x32x2(places, ray, places2) - _columns);
        return Avx512F.Max(Vector512<float>.One - distance, Vector512<float>.Zero);
    }
}
