using System.Runtime.Intrinsics;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Sixteen columns and up to eight rows of pixels, and the rays of a segment that can reach them. A whole block of rows has
/// neither column nor model.
/// </summary>
internal readonly unsafe struct JosephTile
{
    /// <summary>The first row.</summary>
    public required int Row { get; init; }

    /// <summary>Rows.</summary>
    public required int Rows { get; init; }

    /// <summary>The sums of the rows, from the first column of all on.</summary>
    public required float* Sums { get; init; }

    /// <summary>From one row of sums to the next.</summary>
    public required int Pitch { get; init; }

    /// <summary>Of a scan of four quarters: the sums of the other turns.</summary>
    public JosephTurnSums Turns { get; init; }

    /// <summary>Values of rays.</summary>
    public required float* Values { get; init; }

    /// <summary>Their offsets.</summary>
    public float* Offset { get; init; }

    /// <summary>Their slopes.</summary>
    public float* Slope { get; init; }

    /// <summary>Rays.</summary>
    public int Count { get; init; }

    /// <summary>The first ray of the window.</summary>
    public int Start { get; init; }

    /// <summary>The first column.</summary>
    public int Column { get; init; }

    /// <summary>Which rays cross which pixels.</summary>
    public JosephSegments.TileModel Model { get; init; }

    /// <summary>The model's error, in rays.</summary>
    public float Error { get; init; }

    /// <summary>What a table has for the rays of the window.</summary>
    public (Vector512<float> Low, Vector512<float> High) Window(float* table) =>
        (Vector512.Load(table + Start), Vector512.Load(table + Start + JosephSegments.TileColumns));
}
