using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The two-level map equation (Rosvall and Bergstrom 2008): the bits a step that a walker's path takes, written with a code
/// for modules and one code in each. With p a node's flow, and in_m, out_m, p_m a module's entering, leaving and whole
/// flow,
/// <code>
/// L = f(sum in_m) - sum f(in_m) - sum f(out_m) + sum f(out_m + p_m) - sum f(p),  f(x) = x log2 x
/// </code>
/// and a search for the modules that make it short, as Infomap's (Rosvall, Axelsson and Bergstrom 2009): nodes, in an
/// order drawn anew, move to the neighbouring module that shortens L most; modules become nodes and do the same; then
/// single nodes move again between the modules found, until nothing gets shorter.
/// </summary>
internal sealed class MapEquation
{
    private const double LeastGain = 1e-10;
    private const int MostRounds = 50;

    private readonly FlowNetwork _network;
    private readonly double[] _outOf;
    private readonly double[] _into;
    private readonly int[] _module;
    private readonly double[] _flow;
    private readonly double[] _enter;
    private readonly double[] _exit;
    private readonly int[] _size;
    private readonly double[] _outTo;
    private readonly double[] _inFrom;
    private readonly List<int> _near = [];
    private readonly Stack<int> _empty = new();
    private readonly WorkContext _context;
    private double _enterSum;

    private MapEquation(FlowNetwork network, int[] modules, WorkContext context)
    {
        var count = network.Count;
        (_network, _module, _context) = (network, modules.ToArray(), context);
        (_outOf, _into) = (new double[count], new double[count]);
        (_flow, _enter, _exit, _size) = (new double[count], new double[count], new double[count], new int[count]);
        (_outTo, _inFrom) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            _flow[_module[i]] += network.NodeFlow[i];
            _size[_module[i]]++;
            var targets = network.Targets(i);
            for (var at = 0; at < targets.Length; at++)
            {
                var flow = network.OutFlow(i)[at];
                _outOf[i] += flow;
                _into[targets[at]] += flow;
                if (_module[targets[at]] == _module[i]) continue;
                _exit[_module[i]] += flow;
                _enter[_module[targets[at]]] += flow;
            }
        }

        _enterSum = _enter.Sum();
        for (var m = 0; m < count; m++)
        {
            if (_size[m] == 0) _empty.Push(m);
        }
    }

    /// <summary>The length of a partition in bits a step.</summary>
    public static double Length(FlowNetwork network, int[] modules, WorkContext context)
    {
        var state = new MapEquation(network, modules, context);
        var length = F(state._enterSum);
        for (var m = 0; m < network.Count; m++)
        {
            length += F(state._exit[m] + state._flow[m]) - F(state._enter[m]) - F(state._exit[m]);
        }

        foreach (var flow in network.NodeFlow) length -= F(flow);
        return length;
    }

    /// <summary>A partition that makes the map equation short: for each node its module, from 0.</summary>
    public static int[] Partition(FlowNetwork network, SeededRandom random, WorkContext context)
    {
        var modules = Enumerable.Range(0, network.Count).ToArray();
        var best = Length(network, modules, context);
        for (var round = 0; round < MostRounds; round++)
        {
            context.Report("Map equation", round, MostRounds);
            var found = Merge(network, Moved(network, modules, random, context), random, context);
            var length = Length(network, found, context);
            if (length > best - LeastGain) break;
            (modules, best) = (found, length);
        }

        // A network that the search has left in parts may be as short whole.
        var whole = new int[network.Count];
        return Length(network, whole, context) < best + LeastGain ? whole : modules;
    }

    private static int[] Merge(FlowNetwork network, int[] modules, SeededRandom random, WorkContext context)
    {
        while (true)
        {
            var (numbers, count) = Number(modules);
            if (count <= 1) return numbers;
            var coarse = network.Aggregate(numbers, count);
            var (joined, fewer) = Number(Moved(coarse, [.. Enumerable.Range(0, count)], random, context));
            if (fewer == count) return numbers;
            modules = Array.ConvertAll(numbers, module => joined[module]);
        }
    }

    private static int[] Moved(FlowNetwork network, int[] modules, SeededRandom random, WorkContext context)
    {
        var state = new MapEquation(network, modules, context);
        var order = Enumerable.Range(0, network.Count).ToArray();
        for (var pass = 0; pass < MostRounds; pass++)
        {
            random.Shuffle<int>(order);
            if (!state.MoveAll(order)) break;
        }

        return state._module;
    }

    private bool MoveAll(int[] order)
    {
        var moved = false;
        for (var at = 0; at < order.Length; at++)
        {
            if ((at & 1023) == 0) _context.ThrowIfCancelled();
            moved |= MoveOne(order[at]);
        }

        return moved;
    }

    private bool MoveOne(int node)
    {
        Gather(node);
        var own = _module[node];
        var target = own;
        var most = -LeastGain;
        foreach (var module in _near)
        {
            var change = module == own ? 0 : Change(node, own, module);
            if (change < most) (target, most) = (module, change);
        }

        if (_size[own] > 1 && _empty.TryPeek(out var empty) && Change(node, own, empty) < most) target = empty;
        if (target != own) Move(node, own, target);
        foreach (var module in _near) (_outTo[module], _inFrom[module]) = (0, 0);
        _near.Clear();
        return target != own;
    }

    // The flows of a node to and from the modules near it; its own is always among them.
    private void Gather(int node)
    {
        _near.Add(_module[node]);
        var targets = _network.Targets(node);
        for (var at = 0; at < targets.Length; at++) Add(_outTo, _module[targets[at]], _network.OutFlow(node)[at]);
        var sources = _network.Sources(node);
        for (var at = 0; at < sources.Length; at++) Add(_inFrom, _module[sources[at]], _network.InFlow(node)[at]);

        void Add(double[] sums, int module, double flow)
        {
            if (_outTo[module] == 0 && _inFrom[module] == 0 && module != _near[0]) _near.Add(module);
            sums[module] += flow;
        }
    }

    private double Change(int node, int from, int to)
    {
        var (left, joined) = (Without(node, from), With(node, to));
        return F(_enterSum + left.Enter - _enter[from] + joined.Enter - _enter[to]) - F(_enterSum)
            + Part(left) - Part((_flow[from], _enter[from], _exit[from]))
            + Part(joined) - Part((_flow[to], _enter[to], _exit[to]));
    }

    private (double Flow, double Enter, double Exit) Without(int node, int module) => (
        _flow[module] - _network.NodeFlow[node],
        _enter[module] - (_into[node] - _inFrom[module]) + _outTo[module],
        _exit[module] - (_outOf[node] - _outTo[module]) + _inFrom[module]);

    private (double Flow, double Enter, double Exit) With(int node, int module) => (
        _flow[module] + _network.NodeFlow[node],
        _enter[module] + (_into[node] - _inFrom[module]) - _outTo[module],
        _exit[module] + (_outOf[node] - _outTo[module]) - _inFrom[module]);

    private void Move(int node, int from, int to)
    {
        var (left, joined) = (Without(node, from), With(node, to));
        _enterSum += left.Enter - _enter[from] + joined.Enter - _enter[to];
        (_flow[from], _enter[from], _exit[from]) = left;
        (_flow[to], _enter[to], _exit[to]) = joined;
        if (_size[to]++ == 0) _empty.Pop();
        if (--_size[from] == 0) _empty.Push(from);
        _module[node] = to;
    }

    private static double Part((double Flow, double Enter, double Exit) module) =>
        F(module.Exit + module.Flow) - F(module.Enter) - F(module.Exit);

    private static double F(double x) => x > 0 ? x * Math.Log2(x) : 0;

    private static (int[] Numbers, int Count) Number(int[] modules)
    {
        var numbers = new Dictionary<int, int>();
        var renamed = Array.ConvertAll(modules, module =>
        {
            numbers.TryAdd(module, numbers.Count);
            return numbers[module];
        });
        return (renamed, numbers.Count);
    }
}
