namespace Thesis.Engine.Tests.Fuzzing;

/// <summary>A reader, a file that it reads, and how many mutations of the file the long run tries.</summary>
/// <param name="Format">The format.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Inputs">Mutations of a run of about a million.</param>
/// <param name="Valid">The file.</param>
/// <param name="Read">Reads a mutation.</param>
internal sealed record FuzzedReader(string Format, string Name, int Inputs, Func<byte[]> Valid, Action<byte[]> Read)
{
    /// <summary>The most bytes of managed memory that a mutation may take.</summary>
    public long MostBytes { get; init; } = 64 << 20;

    /// <inheritdoc/>
    public override string ToString() => $"{Format} {Name}";
}
