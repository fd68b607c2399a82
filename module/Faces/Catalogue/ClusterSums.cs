using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The clusters of a catalogue that have faces, each by the sum s of its n unit features. The mean cosine similarity of a
/// face x to the faces of a cluster is x . s / n, and that over all pairs of its faces (|s|^2 - n) / (n (n - 1)): average
/// linkage is exact, and no feature of the faces themselves is read.
/// </summary>
/// <param name="Ids">The clusters' ids, rising.</param>
/// <param name="Faces">n of each.</param>
/// <param name="Sums">s of each.</param>
internal sealed record ClusterSums(long[] Ids, long[] Faces, FeatureMatrix Sums)
{
    private Dictionary<long, int>? _places;

    /// <summary>The number of clusters.</summary>
    public int Count => Ids.Length;

    /// <summary>Reads those of a catalogue.</summary>
    /// <param name="file">The catalogue.</param>
    /// <param name="dimension">The length of a feature.</param>
    /// <exception cref="InputException"><c>CatalogueDamaged</c>, <c>MemoryInsufficient</c>.</exception>
    public static ClusterSums Read(CatalogueFile file, int dimension) => file.Guard(() =>
    {
        // Of the names, which are few pages; to count the sums is to read them all.
        var count = file.Number("SELECT count(*) FROM cluster WHERE faces > 0");
        if (count * dimension > Array.MaxLength)
        {
            throw new InputException(
                "CatalogueTooLarge", FaultKind.NotSupported,
                $"'{file.Path}' has {count} clusters of {dimension} values; an array holds {Array.MaxLength} values.",
                    file.Path);
        }

        MemoryPlan.Require(
            (double)count * dimension * sizeof(float), $"The sums of {count} clusters", "Run it where more is free.");
        var (ids, faces) = (new long[count], new long[count]);
        var values = GC.AllocateUninitializedArray<float>((int)(count * dimension));
        var at = 0;
        using var reader = file.Statement(
            "SELECT s.cluster, c.faces, s.value FROM cluster_sum s JOIN cluster c ON c.id = s.cluster ORDER BY s.cluster").ExecuteReader();
        while (reader.Read())
        {
            if (at == count) throw CatalogueFault.Damaged(file.Path, "it has more sums than clusters with faces");
            (ids[at], faces[at]) = (reader.GetInt64(0), reader.GetInt64(1));
            file.Floats(reader, 2, values.AsSpan(at * dimension, dimension));
            if (faces[at] < 1) throw CatalogueFault.Damaged(file.Path, $"cluster {ids[at]} has a sum and {faces[at]} faces");
            at++;
        }

        if (at != count) throw CatalogueFault.Damaged(file.Path, $"{count - at} clusters with faces have no sum");
        return new ClusterSums(ids, faces, new FeatureMatrix(values, (int)count, dimension));
    });

    /// <summary>The clusters with changes that are not written yet, those without faces left out.</summary>
    public ClusterSums With(IReadOnlyDictionary<long, ClusterDelta> deltas)
    {
        if (deltas.Count == 0) return this;
        var dimension = Sums.Dimension;
        long[] ids = [.. Ids.Concat(deltas.Keys).Distinct().Where(id => FacesOf(id) > 0).Order()];
        var values = new float[(long)ids.Length * dimension];
        for (var i = 0; i < ids.Length; i++)
        {
            var sum = values.AsSpan(i * dimension, dimension);
            if (PlaceOf(ids[i]) is >= 0 and var place) Sums.Row(place).CopyTo(sum);
            if (deltas.TryGetValue(ids[i], out var delta)) TensorPrimitives.Add(sum, delta.Sum, sum);
        }

        return new ClusterSums(ids, Array.ConvertAll(ids, FacesOf), new FeatureMatrix(values, ids.Length, dimension));

        long FacesOf(long id) =>
            (PlaceOf(id) is >= 0 and var place ? Faces[place] : 0) + (deltas.GetValueOrDefault(id)?.Faces ?? 0);
    }

    /// <summary>The clusters but for some.</summary>
    public ClusterSums Without(IReadOnlySet<long> ids)
    {
        int[] kept = [.. Enumerable.Range(0, Count).Where(place => !ids.Contains(Ids[place]))];
        return new ClusterSums(
            Array.ConvertAll(kept, place => Ids[place]), Array.ConvertAll(kept, place => Faces[place]), Sums.Gather(kept));
    }

    /// <summary>The place of a cluster; -1 where it has no faces.</summary>
    public int PlaceOf(long id)
    {
        if (_places is null)
        {
            _places = new Dictionary<long, int>(Count);
            for (var i = 0; i < Count; i++) _places.Add(Ids[i], i);
        }

        return _places.GetValueOrDefault(id, -1);
    }

    /// <summary>The mean cosine similarity of a unit feature to the faces of a cluster, in float64.</summary>
    public double Similarity(int place, ReadOnlySpan<float> unit) => Dot(Sums.Row(place), unit) / Faces[place];

    /// <summary>The mean cosine similarity over all pairs of a cluster's faces; NaN for one face.</summary>
    public double Cohesion(int place)
    {
        var sum = Sums.Row(place);
        var faces = (double)Faces[place];
        return faces < 2 ? double.NaN : (Dot(sum, sum) - faces) / (faces * (faces - 1));
    }

    /// <summary>The mean rows, s / n.</summary>
    public FeatureMatrix Means()
    {
        var means = new float[Sums.Values.Length];
        for (var i = 0; i < Count; i++)
        {
            TensorPrimitives.Multiply(Sums.Row(i), 1f / Faces[i], means.AsSpan(i * Sums.Dimension, Sums.Dimension));
        }

        return new FeatureMatrix(means, Count, Sums.Dimension);
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var k = 0; k < a.Length; k++) sum += (double)a[k] * b[k];
        return sum;
    }
}
