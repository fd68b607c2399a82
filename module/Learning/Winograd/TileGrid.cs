namespace Thesis.Engine.Learning;

/// <summary>Images whose channels lie side by side, [B, H, W, C] in memory, in tiles of 4 x 4 outputs.</summary>
/// <param name="Batch">B.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
internal readonly record struct TileGrid(int Batch, int Height, int Width)
{
    /// <summary>Tiles a column of them.</summary>
    public int Down => (Height + WinogradTransforms.Side - 1) / WinogradTransforms.Side;

    /// <summary>Tiles a row of them.</summary>
    public int Across => (Width + WinogradTransforms.Side - 1) / WinogradTransforms.Side;

    /// <summary>All tiles.</summary>
    public int Count => Batch * Down * Across;

    /// <summary>Its image and the row and column of its first output.</summary>
    public (int Image, int Row, int Column) Place(int tile)
    {
        var (line, across) = Math.DivRem(tile, Across);
        var (image, down) = Math.DivRem(line, Down);
        return (image, down * WinogradTransforms.Side, across * WinogradTransforms.Side);
    }
}
