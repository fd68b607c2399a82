namespace Thesis.Engine.Data;

/// <summary>A greyscale image as stored: no gamma is applied and no depth scaled.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="BitDepth">1, 2, 4, 8 or 16.</param>
/// <param name="Values">The values 0 .. 2^BitDepth - 1, row by row.</param>
public sealed record GreyImage(int Width, int Height, int BitDepth, ushort[] Values);
