using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>Where adversarial examples come from: the JSON beside their manifest.</summary>
public sealed record ExampleOrigin
{
    private const int MaximumLength = 1 << 16;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict)
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The version of this record, 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The model that the predictions of the manifest are of.</summary>
    public required ModelIdentity Model { get; init; }

    /// <summary>The model that the examples were made on, where it is another; null otherwise.</summary>
    public ModelIdentity? Surrogate { get; init; }

    /// <summary>The images.</summary>
    public required string Dataset { get; init; }

    /// <summary>The attack.</summary>
    public required string Attack { get; init; }

    /// <summary>What the attack saw of the model that the examples were made on.</summary>
    public required AttackAccess Access { get; init; }

    /// <summary>The attack's settings by name; null where it has none.</summary>
    public JsonObject? Settings { get; init; }

    /// <summary>The budgets in pixel units; empty where the attack takes none.</summary>
    public required IReadOnlyList<double> Epsilons { get; init; }

    /// <summary>The seed of all draws.</summary>
    public required long Seed { get; init; }

    /// <summary>Passes of a random model over which the attack averaged.</summary>
    public required int ExpectationDraws { get; init; }

    /// <summary>The wanted class as it was asked for; null for any wrong one.</summary>
    public string? Target { get; init; }

    /// <summary>An attack's settings by name.</summary>
    internal static JsonObject? SettingsOf(IAdversarialAttack attack) =>
        attack.Settings is { } settings ? (JsonObject?)JsonSerializer.SerializeToNode(settings, settings.GetType(), Json) : null;

    /// <summary>Reads the record beside a manifest; null where there is none.</summary>
    /// <exception cref="InputException"><c>ExampleOriginInvalid</c>.</exception>
    internal static ExampleOrigin? Read(string manifest)
    {
        var path = PathBeside(manifest);
        if (!File.Exists(path)) return null;
        using var stream = InputFile.Open(path);
        try
        {
            if (stream.Length > MaximumLength) throw new JsonException($"It has {stream.Length} bytes.");
            var origin = InputFile.Guard(path, () => JsonSerializer.Deserialize<ExampleOrigin>(stream, Json));
            return origin is { Version: 1, Model.Sha256.Count: > 0 } and not { Surrogate.Sha256.Count: 0 }
                ? origin
                : throw new JsonException("It is of another version, or names no model.");
        }
        catch (JsonException fault)
        {
            throw new InputException(
                "ExampleOriginInvalid", FaultKind.InvalidData,
                $"'{path}' does not say where examples come from: {Printable.Reason(fault)}. Without the file they are judged as of unknown origin.", path, fault);
        }
    }

    /// <summary>Writes the record beside a manifest, whole or not at all.</summary>
    internal void Write(string manifest, bool overwrite) => AtomicFile.Write(
        PathBeside(manifest), stream => JsonSerializer.Serialize(stream, this, Json), overwrite);

    /// <summary>The record's path.</summary>
    internal static string PathBeside(string manifest) => Path.ChangeExtension(manifest, ".json");

    /// <summary>The model that the examples were made on.</summary>
    internal ModelIdentity Crafting => Surrogate ?? Model;

    /// <summary>What the maker knew of a model.</summary>
    internal AttackerKnowledge KnowledgeOf(ModelIdentity judged) =>
        Access == AttackAccess.BlackBox ? AttackerKnowledge.Black : judged.KnownBy(Crafting);
}
