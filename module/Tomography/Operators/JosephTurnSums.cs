namespace Thesis.Engine.Tomography;

/// <summary>Where the turns of a tile's rows are summed, and which values they take.</summary>
/// <param name="plain">Sums of the turn whose columns stay: from the tile's first row backwards.</param>
/// <param name="plainValues">From the values of the rays as they are to that turn's.</param>
/// <param name="half">Sums of half a turn, whose columns are reversed: backwards too.</param>
/// <param name="halfValues">From the values of the rays as they are to that turn's.</param>
/// <param name="reversed">Sums of the other turn, whose columns are reversed: forwards.</param>
/// <param name="reversedValues">From the values of the rays as they are to that turn's.</param>
internal readonly unsafe struct JosephTurnSums(
    float* plain, nint plainValues, float* half, nint halfValues, float* reversed, nint reversedValues)
{
    public readonly float* Plain = plain;
    public readonly nint PlainValues = plainValues;
    public readonly float* Half = half;
    public readonly nint HalfValues = halfValues;
    public readonly float* Reversed = reversed;
    public readonly nint ReversedValues = reversedValues;
}
