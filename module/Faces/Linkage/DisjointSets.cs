namespace Thesis.Engine.Faces;

/// <summary>Disjoint sets with union by size and path halving (Tarjan and van Leeuwen 1984).</summary>
internal sealed class DisjointSets
{
    private readonly int[] _parent;
    private readonly int[] _size;

    /// <summary>N sets of one element.</summary>
    public DisjointSets(int count)
    {
        _parent = new int[count];
        _size = new int[count];
        for (var i = 0; i < count; i++)
        {
            _parent[i] = i;
            _size[i] = 1;
        }
    }

    /// <summary>The root of an element's set.</summary>
    public int Find(int element)
    {
        while (_parent[element] != element)
        {
            _parent[element] = _parent[_parent[element]];
            element = _parent[element];
        }

        return element;
    }

    /// <summary>Unites the sets of two elements.</summary>
    /// <returns>The root of the union.</returns>
    public int Union(int a, int b)
    {
        var x = Find(a);
        var y = Find(b);
        if (x == y) return x;
        if (_size[x] < _size[y]) (x, y) = (y, x);
        _parent[y] = x;
        _size[x] += _size[y];
        return x;
    }

    /// <summary>The elements of a root's set.</summary>
    public int Size(int root) => _size[root];
}
