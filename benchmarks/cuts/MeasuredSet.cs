using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Cuts;

/// <summary>A set, its tree of average linkage on cosines, and the score of every cut.</summary>
internal sealed record MeasuredSet(
    CutSet Set, FeatureMatrix Unit, int[] Identities, BilinearSimilarity Similarity, Dendrogram Tree, OracleCurve Curve)
{
    /// <summary>Makes a set; its tree comes from the cache where it is there.</summary>
    public static MeasuredSet Of(CutSet set, string cache, WorkContext context)
    {
        var (unit, identities) = set.Make();
        var similarity = new BilinearSimilarity(unit, Paired: false);
        var file = Path.Combine(cache, set.Name + ".tree");
        var tree = File.Exists(file) ? Read(file) : BilinearLinkage.Build(similarity, new BilinearLinkageOptions(), context);
        if (!File.Exists(file)) Write(file, tree);
        return new MeasuredSet(set, unit, identities, similarity, tree, OracleSweep.Run(tree, identities, context));
    }

    /// <summary>The score of the cut after some merges.</summary>
    public CutScore Score(int merges) => Curve.Cuts.Last(cut => cut.Merges <= merges);

    /// <summary>The merges of two people's faces in a clustering, and those of one person's that are missing.</summary>
    public (int Wrong, int Split) Errors(int[] labels)
    {
        var pairs = labels.Zip(Identities).Distinct().Count();
        return (pairs - labels.Distinct().Count(), pairs - Identities.Distinct().Count());
    }

    /// <summary>Writes the features and the identities, for the peers.</summary>
    public void Export(string folder)
    {
        Directory.CreateDirectory(folder);
        using var stream = File.Create(Path.Combine(folder, Set.Name + ".npy"));
        NpyFile.Write<float>(stream, Unit.Values, Unit.Count, Unit.Dimension);
        File.WriteAllLines(
            Path.Combine(folder, Set.Name + ".txt"), Identities.Select(i => i.ToString(CultureInfo.InvariantCulture)));
    }

    private static Dendrogram Read(string file)
    {
        using var reader = new BinaryReader(File.OpenRead(file));
        var count = reader.ReadInt32();
        var merges = reader.ReadInt32();
        var (left, right, height, size) = (new int[merges], new int[merges], new double[merges], new int[merges]);
        reader.ReadExactly(MemoryMarshal.AsBytes(left.AsSpan()));
        reader.ReadExactly(MemoryMarshal.AsBytes(right.AsSpan()));
        reader.ReadExactly(MemoryMarshal.AsBytes(height.AsSpan()));
        reader.ReadExactly(MemoryMarshal.AsBytes(size.AsSpan()));
        return new Dendrogram(count, left, right, height, size);
    }

    private static void Write(string file, Dendrogram tree) => AtomicFile.Write(file, stream =>
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(tree.Count);
        writer.Write(tree.Merges);
        writer.Write(MemoryMarshal.AsBytes(tree.Left.AsSpan()));
        writer.Write(MemoryMarshal.AsBytes(tree.Right.AsSpan()));
        writer.Write(MemoryMarshal.AsBytes(tree.Height.AsSpan()));
        writer.Write(MemoryMarshal.AsBytes(tree.Size.AsSpan()));
    });
}
