namespace Thesis.Engine.Tomography;

/// <summary>Adds what the rays of a tile spread over its pixels to their sums.</summary>
internal interface IJosephSums
{
    /// <summary>Adds up a tile.</summary>
    static abstract void Add(in JosephTile tile);
}
