namespace Thesis.Engine.Faces;

/// <summary>
/// What must not be joined, for faces that have no cluster yet: two faces of one photograph, pairs that a person told
/// apart, and a face and a cluster that is "not this person". Faces are numbered as the caller has them, clusters by
/// their ids.
/// </summary>
/// <param name="count">The faces.</param>
internal sealed class ApartRules(int count)
{
    private readonly int[] _photographs = Filled(count);
    private readonly HashSet<long>?[] _clusters = new HashSet<long>?[count];
    private readonly List<int>?[] _faces = new List<int>?[count];
    private readonly List<HashSet<long>> _clustersOfPhotograph = [];
    private readonly Dictionary<string, int> _photographNumbers = new(StringComparer.Ordinal);

    /// <summary>
    /// The rules of some of the faces, numbered by their places; what joins a cluster by them is seen by these, too, as
    /// far as photographs go.
    /// </summary>
    public ApartRules For(IReadOnlyList<int> faces)
    {
        var places = new Dictionary<int, int>();
        for (var k = 0; k < faces.Count; k++) places.Add(faces[k], k);
        var rules = new ApartRules(faces.Count);
        rules._clustersOfPhotograph.AddRange(_clustersOfPhotograph);
        for (var k = 0; k < faces.Count; k++)
        {
            rules._photographs[k] = _photographs[faces[k]];
            rules._clusters[k] = _clusters[faces[k]] is { } clusters ? [.. clusters] : null;
            rules._faces[k] = _faces[faces[k]]?.Where(places.ContainsKey).Select(other => places[other]).ToList();
        }

        return rules;
    }

    /// <summary>Says that a face is of a photograph.</summary>
    public void SetPhotograph(int face, string photograph) => _photographs[face] = NumberOf(photograph);

    /// <summary>Says that a photograph has a face in a cluster.</summary>
    public void AddToPhotograph(string photograph, long cluster) => _clustersOfPhotograph[NumberOf(photograph)].Add(cluster);

    /// <summary>Says that a face is not of a cluster.</summary>
    public void Forbid(int face, long cluster) => (_clusters[face] ??= []).Add(cluster);

    /// <summary>Says that two faces are of two people.</summary>
    public void ForbidPair(int face, int other)
    {
        (_faces[face] ??= []).Add(other);
        (_faces[other] ??= []).Add(face);
    }

    /// <summary>Whether a face must not join a cluster.</summary>
    public bool Forbids(int face, long cluster) =>
        _clusters[face]?.Contains(cluster) == true
        || (_photographs[face] >= 0 && _clustersOfPhotograph[_photographs[face]].Contains(cluster));

    /// <summary>Whether two faces must not be joined.</summary>
    public bool ForbidsPair(int face, int other) =>
        (_photographs[face] >= 0 && _photographs[face] == _photographs[other]) || _faces[face]?.Contains(other) == true;

    /// <summary>Whether two of some faces must not be joined.</summary>
    public bool AreBroken(ReadOnlySpan<int> faces)
    {
        var (photographs, seen) = (new HashSet<int>(), new HashSet<int>());
        foreach (var face in faces)
        {
            if (_photographs[face] >= 0 && !photographs.Add(_photographs[face])) return true;
            if (_faces[face]?.Exists(seen.Contains) == true) return true;
            seen.Add(face);
        }

        return false;
    }

    /// <summary>Takes note that a face is in a cluster now.</summary>
    public void Join(int face, long cluster)
    {
        if (_photographs[face] >= 0) _clustersOfPhotograph[_photographs[face]].Add(cluster);
        foreach (var other in _faces[face] ?? []) Forbid(other, cluster);
    }

    private static int[] Filled(int count)
    {
        var none = new int[count];
        Array.Fill(none, -1);
        return none;
    }

    private int NumberOf(string photograph)
    {
        if (_photographNumbers.TryGetValue(photograph, out var number)) return number;
        _photographNumbers.Add(photograph, number = _clustersOfPhotograph.Count);
        _clustersOfPhotograph.Add([]);
        return number;
    }
}
