using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Max-product belief propagation over pairs y of a graph, each 1 (one person) or 0, with the energy
/// <code>
/// E(y) = - sum over pairs of theta_p y_p + sum over triangles of c [exactly two of its three pairs are 1]
/// </code>
/// A triangle tells each of its pairs how much better 1 is than 0, given what the other two, b and g, are told without it:
/// <code>
/// m(b, g) = max(0, b + g, b - c, g - c) - max(0, b, g, b + g - c)
/// </code>
/// and a pair's belief is theta and what all its triangles tell. All messages of a pass are made of the beliefs before it, and half
/// of each is the old one. It is exact where no pair has two triangles; elsewhere it need not settle.
/// </summary>
/// <param name="graph">The pairs and triangles.</param>
/// <param name="unary">theta, from -2 to 2: the log-odds of each pair, in any unit.</param>
internal sealed class TransitivityMessages(PairGraph graph, float[] unary)
{
    /// <summary>c: as much as the farthest that a pair of unit features can be from undecided.</summary>
    public const float Cost = 2;

    private const int Chunk = 3 << 12;

    // So many passes without a pair that changes sides.
    private const int Quiet = 5;

    private readonly float[] _messages = new float[graph.Triangles.Length];

    /// <summary>How much better 1 is than 0 for each pair.</summary>
    public double[] Beliefs { get; } = Array.ConvertAll(unary, theta => (double)theta);

    /// <summary>Passes until no pair changes sides five times running.</summary>
    /// <returns>The passes; <paramref name="maximum"/> where it did not settle before.</returns>
    public int Run(int maximum, WorkContext context)
    {
        var quiet = 0;
        for (var pass = 1; pass <= maximum; pass++)
        {
            context.Report("Belief propagation", pass - 1, maximum);
            context.ThrowIfCancelled();
            quiet = Pass(context) ? quiet + 1 : 0;
            if (quiet == Quiet) return pass;
        }

        return maximum;
    }

    /// <summary>One pass: all messages, then all beliefs.</summary>
    /// <returns>Whether no pair changed sides.</returns>
    internal bool Pass(WorkContext context)
    {
        Send(context);
        return Gather();
    }

    /// <summary>What a triangle tells a pair of the beliefs of the two others.</summary>
    internal static float Message(float b, float g)
    {
        var one = Math.Max(Math.Max(0, b + g), Math.Max(b, g) - Cost);
        var none = Math.Max(Math.Max(0, b), Math.Max(g, b + g - Cost));
        return one - none;
    }

    private void Send(WorkContext context)
    {
        var pairs = graph.Triangles;
        RowParallel.For((pairs.Length + Chunk - 1) / Chunk, context, chunk =>
        {
            for (var at = chunk * Chunk; at < Math.Min(pairs.Length, (chunk + 1) * Chunk); at += 3)
            {
                var a = (float)(Beliefs[pairs[at]] - _messages[at]);
                var b = (float)(Beliefs[pairs[at + 1]] - _messages[at + 1]);
                var g = (float)(Beliefs[pairs[at + 2]] - _messages[at + 2]);
                _messages[at] = (_messages[at] + Message(b, g)) / 2;
                _messages[at + 1] = (_messages[at + 1] + Message(a, g)) / 2;
                _messages[at + 2] = (_messages[at + 2] + Message(a, b)) / 2;
            }
        });
    }

    // In one order, whatever the threads.
    private bool Gather()
    {
        var before = Array.ConvertAll(Beliefs, belief => belief > 0);
        for (var p = 0; p < Beliefs.Length; p++) Beliefs[p] = unary[p];
        for (var at = 0; at < _messages.Length; at++) Beliefs[graph.Triangles[at]] += _messages[at];
        for (var p = 0; p < Beliefs.Length; p++)
        {
            if (before[p] != Beliefs[p] > 0) return false;
        }

        return true;
    }
}
