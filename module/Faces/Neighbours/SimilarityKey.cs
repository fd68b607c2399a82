namespace Thesis.Engine.Faces;

/// <summary>
/// A neighbour as one number that rises with falling similarity, then with the index: sorted keys are a neighbour list.
/// </summary>
internal static class SimilarityKey
{
    /// <summary>Above every key.</summary>
    public const ulong Last = ulong.MaxValue;

    /// <summary>The key; the similarity is a number.</summary>
    public static ulong Of(float similarity, int index)
    {
        // The bits of a float, as two's complement, are in the order of the floats once those of negative ones are
        // inverted. A zero added makes the two zeros one.
        var bits = BitConverter.SingleToInt32Bits(similarity + 0f);
        var rising = bits ^ ((bits >> 31) & int.MaxValue);
        return ((ulong)(uint)(~rising ^ int.MinValue) << 32) | (uint)index;
    }

    /// <summary>The neighbour's index.</summary>
    public static int Index(ulong key) => (int)(uint)key;

    /// <summary>The similarity.</summary>
    public static float Similarity(ulong key)
    {
        var rising = ~((int)(key >> 32) ^ int.MinValue);
        return BitConverter.Int32BitsToSingle(rising ^ ((rising >> 31) & int.MaxValue));
    }
}
