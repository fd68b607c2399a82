using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The shape of a synthetic set of faces: how many, of how many people, how their sizes are distributed and how hard
/// they are. The named protocols have the counts of the real ones (dissertation, section 2.5).
/// </summary>
public sealed record SyntheticProtocol
{
    private static readonly IReadOnlyDictionary<string, SyntheticProtocol> Named = Known().ToDictionary(
        protocol => protocol.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Creates a protocol.</summary>
    /// <exception cref="InputException"><c>InvalidArgument</c>: a value is out of range or they contradict.</exception>
    public SyntheticProtocol(string name, int faces, int identities)
    {
        Name = name;
        Faces = faces;
        Identities = identities;
        Require(faces >= 1, $"{faces} faces: at least 1 is needed");
        Require(identities >= 1 && identities <= faces, $"{identities} identities do not fit {faces} faces");
    }

    /// <summary>The names of the protocols that <see cref="Find"/> knows.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [.. Known().Select(protocol => protocol.Name)];

    /// <summary>The name, such as <c>ijbb-512</c>.</summary>
    public string Name { get; }

    /// <summary>N, the number of faces.</summary>
    public int Faces { get; }

    /// <summary>The number of people.</summary>
    public int Identities { get; }

    /// <summary>How many of the people have one face, 0 .. <see cref="Identities"/>.</summary>
    public int Singletons
    {
        get;
        init
        {
            field = value;
            Require(value >= 0 && value <= Identities, $"{value} singletons among {Identities} identities");
            Require(value < Identities || Faces == Identities, $"{Faces} faces of {Identities} singletons");
            Require(
                Faces - value >= SmallestSize * (Identities - value),
                $"{Faces} faces are too few for {Identities} identities with {value} singletons");
        }
    }

    /// <summary>D, the length of a feature.</summary>
    public int Dimension
    {
        get;
        init
        {
            Require(value >= 2, $"dimension {value}: at least 2 is needed");
            field = value;
        }
    } = 320;

    /// <summary>The standard deviation of the logarithm of the sizes; 0 makes all equal.</summary>
    public double SizeDeviation
    {
        get;
        init
        {
            Require(value is >= 0 and <= 5, $"size deviation {Text(value)}: 0 to 5 is allowed");
            field = value;
        }
    }

    /// <summary>The median spread of an identity around its centre, whose length is 1.</summary>
    public double Spread
    {
        get;
        init
        {
            Require(value is > 0 and <= 10, $"spread {Text(value)}: above 0 and at most 10 is allowed");
            field = value;
        }
    } = 1;

    /// <summary>The mean number of faces in a video track; 1 for still images.</summary>
    public double TrackLength
    {
        get;
        init
        {
            Require(value is >= 1 and <= 1e6, $"track length {Text(value)}: 1 to 1000000 is allowed");
            field = value;
        }
    } = 1;

    /// <summary>The share of tracks (of faces where there are no tracks) that are degraded, 0 to 1.</summary>
    public double JunkShare
    {
        get;
        init
        {
            Require(value is >= 0 and <= 1, $"junk share {Text(value)}: 0 to 1 is allowed");
            field = value;
        }
    }

    /// <summary>The fewest faces of an identity that is no singleton.</summary>
    internal int SmallestSize => Singletons > 0 ? 2 : 1;

    /// <summary>A protocol by name, whatever the case.</summary>
    /// <exception cref="InputException"><c>SyntheticProtocolUnknown</c>.</exception>
    public static SyntheticProtocol Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Named.TryGetValue(name, out var protocol)
            ? protocol
            : throw new InputException(
                "SyntheticProtocolUnknown", FaultKind.NotFound,
                $"There is no synthetic protocol '{name}'; there are {string.Join(", ", Names)}.", name);
    }

    private static SyntheticProtocol[] Known() =>
    [
        Video("smoke", 600, 60) with { Dimension = 64 },
        new("lfw", 13_233, 5_749) { Singletons = 4_069, SizeDeviation = 1.3, Spread = 0.82, JunkShare = 0.01 },
        new("cfp", 7_000, 500) { Spread = 1, JunkShare = 0.02 },
        Video("ijba", 25_813, 500),
        Video("ijbb-32", 1_026, 32),
        Video("ijbb-64", 2_080, 64),
        Video("ijbb-128", 5_224, 128),
        Video("ijbb-256", 9_867, 256),
        Video("ijbb-512", 18_251, 512),
        Video("ijbb-1024", 36_575, 1_024),
        Video("ijbb-1845", 68_195, 1_845),
        Video("million", 1_000_000, 50_000) with { Dimension = 256 },
    ];

    private static SyntheticProtocol Video(string name, int faces, int identities) => new(name, faces, identities)
    {
        SizeDeviation = 0.95,
        Spread = 1.15,
        TrackLength = 4,
        JunkShare = 0.08,
    };

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static void Require(bool condition, string fault)
    {
        if (condition) return;
        throw new InputException("InvalidArgument", FaultKind.InvalidArgument, $"Synthetic protocol: {fault}.");
    }
}
