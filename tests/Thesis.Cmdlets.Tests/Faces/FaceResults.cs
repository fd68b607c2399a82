using System.Globalization;

namespace Thesis.Cmdlets.Tests.Faces;

/// <summary>Properties of the records, whose types live in the module alone.</summary>
internal static class FaceResults
{
    public static double Number(this RunResult result, int index, string property) =>
        Convert.ToDouble(result.Get(index, property), CultureInfo.InvariantCulture);

    public static long Count(this RunResult result, int index, string property) =>
        Convert.ToInt64(result.Get(index, property), CultureInfo.InvariantCulture);

    public static long[] Clusters(this RunResult result) =>
        [.. result.Output.Select((_, i) => result.Count(i, "Cluster"))];
}
