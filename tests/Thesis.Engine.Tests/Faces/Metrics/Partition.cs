namespace Thesis.Engine.Tests.Faces.Metrics;

/// <summary>
/// A clustering as text: one letter a point, its identity, and a bar between clusters; <c>?</c> is an unknown identity.
/// </summary>
internal static class Partition
{
    public static (int[] Clusters, int[] Identities) Parse(string text)
    {
        var clusters = new List<int>();
        var identities = new List<int>();
        foreach (var (cluster, members) in text.Split('|').Index())
        {
            foreach (var letter in members)
            {
                clusters.Add(cluster);
                identities.Add(letter == '?' ? -1 : letter - 'a');
            }
        }

        return ([.. clusters], [.. identities]);
    }
}
