using System.Globalization;

namespace Thesis.Cuts;

/// <summary>The arguments of a run: pairs of --name and value.</summary>
internal sealed record CutArguments(
    string Lfw, string Cache, string Out, int[] Seeds, int[] Sizes, string Filter, string? Export, string Calibration,
    string Methods)
{
    /// <summary>Reads them; null when they are no such pairs, or one that must be there is missing.</summary>
    public static CutArguments? Parse(string[] arguments)
    {
        if (arguments.Length % 2 != 0) return null;
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Length; i += 2) given[arguments[i]] = arguments[i + 1];
        if (!given.TryGetValue("--lfw", out var lfw) || !given.TryGetValue("--cache", out var cache)
            || !given.TryGetValue("--out", out var file))
        {
            return null;
        }

        return new CutArguments(
            lfw, cache, file, Numbers("--seeds", "1,2,3"), Numbers("--sizes", "500,1026,2080,5224,9867,18251,51111"),
            given.GetValueOrDefault("--filter", "."), given.GetValueOrDefault("--export"),
            given.GetValueOrDefault("--calibration", "mobilefacenet"), given.GetValueOrDefault("--methods", "^lfw$"));

        int[] Numbers(string name, string otherwise) =>
            [.. given.GetValueOrDefault(name, otherwise).Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
    }
}
