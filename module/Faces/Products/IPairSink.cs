namespace Thesis.Engine.Faces;

/// <summary>What a <see cref="SymmetricProduct"/> hands its pairs to.</summary>
internal interface IPairSink
{
    /// <summary>
    /// For each row the least similarity that is still of interest. It may rise while the product runs; a pair may be
    /// offered that no longer reaches it.
    /// </summary>
    float[] Floors { get; }

    /// <summary>Takes a pair whose similarity reaches the floor of one of the two or both; from several threads.</summary>
    void Take(int first, int second, float similarity);
}
