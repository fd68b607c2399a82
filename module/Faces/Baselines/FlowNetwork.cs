using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>A directed link.</summary>
/// <param name="From">Its source.</param>
/// <param name="To">Its target, another node.</param>
/// <param name="Weight">Its weight, or its flow, above 0.</param>
internal readonly record struct DirectedLink(int From, int To, double Weight);

/// <summary>
/// How a random walker flows over directed links: with a chance of .15, or from a node without links, it jumps to the
/// source of a link drawn by weight, and the jumps are not recorded (smart teleportation, Lambiotte and Rosvall 2012).
/// With p the stationary visits, a link i to j has the flow p_i w_ij / sum_j w_ij, scaled so that all flows have the sum
/// 1, and a node the flow that comes in.
/// </summary>
internal sealed class FlowNetwork
{
    private const double Jump = 0.15;
    private const double Tolerance = 1e-15;
    private const int MostSteps = 200;

    private readonly (int[] Offsets, int[] Others, double[] Flow) _out;
    private readonly (int[] Offsets, int[] Others, double[] Flow) _in;

    /// <summary>A network of flows that are known.</summary>
    public FlowNetwork(double[] nodeFlow, IReadOnlyList<DirectedLink> links)
    {
        NodeFlow = nodeFlow;
        _out = Compress(nodeFlow.Length, links, link => (link.From, link.To));
        _in = Compress(nodeFlow.Length, links, link => (link.To, link.From));
    }

    /// <summary>Nodes.</summary>
    public int Count => NodeFlow.Length;

    /// <summary>The flow through each node.</summary>
    public double[] NodeFlow { get; }

    /// <summary>The nodes that a node's links lead to.</summary>
    public ReadOnlySpan<int> Targets(int node) => Slice(_out.Others, _out.Offsets, node);

    /// <summary>Their flows.</summary>
    public ReadOnlySpan<double> OutFlow(int node) => Slice(_out.Flow, _out.Offsets, node);

    /// <summary>The nodes whose links lead to a node.</summary>
    public ReadOnlySpan<int> Sources(int node) => Slice(_in.Others, _in.Offsets, node);

    /// <summary>Their flows.</summary>
    public ReadOnlySpan<double> InFlow(int node) => Slice(_in.Flow, _in.Offsets, node);

    /// <summary>The flows over weighted links, one at least.</summary>
    public static FlowNetwork From(int count, IReadOnlyList<DirectedLink> links, WorkContext context)
    {
        var strength = new double[count];
        foreach (var link in links) strength[link.From] += link.Weight;
        var whole = strength.Sum();
        var visits = new double[count];
        Array.Fill(visits, 1.0 / count);
        for (var step = 0; step < MostSteps; step++)
        {
            context.ThrowIfCancelled();
            var jumps = Jump;
            for (var i = 0; i < count; i++)
            {
                if (strength[i] == 0) jumps += (1 - Jump) * visits[i];
            }

            var next = Array.ConvertAll(strength, one => jumps * one / whole);
            foreach (var link in links) next[link.To] += (1 - Jump) * visits[link.From] * link.Weight / strength[link.From];
            var change = 0.0;
            for (var i = 0; i < count; i++) change += Math.Abs(next[i] - visits[i]);
            visits = next;
            if (change < Tolerance) break;
        }

        var recorded = 0.0;
        foreach (var link in links) recorded += visits[link.From] * link.Weight / strength[link.From];
        var flow = new double[count];
        var flows = new DirectedLink[links.Count];
        for (var l = 0; l < flows.Length; l++)
        {
            var link = links[l];
            flows[l] = link with { Weight = visits[link.From] * link.Weight / strength[link.From] / recorded };
            flow[link.To] += flows[l].Weight;
        }

        return new FlowNetwork(flow, flows);
    }

    /// <summary>The network of modules: their flows, and the flows between them.</summary>
    public FlowNetwork Aggregate(int[] modules, int count)
    {
        var flow = new double[count];
        var links = new Dictionary<(int, int), double>();
        for (var i = 0; i < Count; i++)
        {
            flow[modules[i]] += NodeFlow[i];
            var targets = Targets(i);
            var flows = OutFlow(i);
            for (var at = 0; at < targets.Length; at++)
            {
                var pair = (modules[i], modules[targets[at]]);
                if (pair.Item1 != pair.Item2) links[pair] = links.GetValueOrDefault(pair) + flows[at];
            }
        }

        return new FlowNetwork(
            flow, [.. links.Select(link => new DirectedLink(link.Key.Item1, link.Key.Item2, link.Value))]);
    }

    private static ReadOnlySpan<T> Slice<T>(T[] values, int[] offsets, int node) =>
        values.AsSpan(offsets[node], offsets[node + 1] - offsets[node]);

    private static (int[] Offsets, int[] Others, double[] Flow) Compress(
        int count, IReadOnlyList<DirectedLink> links, Func<DirectedLink, (int Own, int Other)> ends)
    {
        var offsets = new int[count + 1];
        foreach (var link in links) offsets[ends(link).Own + 1]++;
        for (var i = 0; i < count; i++) offsets[i + 1] += offsets[i];
        var next = offsets.ToArray();
        var others = new int[links.Count];
        var flow = new double[links.Count];
        foreach (var link in links)
        {
            var (own, other) = ends(link);
            others[next[own]] = other;
            flow[next[own]++] = link.Weight;
        }

        return (offsets, others, flow);
    }
}
