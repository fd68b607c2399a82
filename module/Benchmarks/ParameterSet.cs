using System.Text;
using System.Text.Json;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// Parameters of a run, ordered by name. A value is a <see cref="long"/>, a <see cref="double"/>, a <see cref="bool"/>
/// or a <see cref="string"/>, fixed by the parameter's kind, so that 10 and 10.0 are the same penalty.
/// </summary>
public sealed class ParameterSet
{
    private readonly SortedDictionary<string, object> _values;

    /// <summary>Copies the values.</summary>
    public ParameterSet(IEnumerable<KeyValuePair<string, object>> values)
    {
        _values = new SortedDictionary<string, object>(new Dictionary<string, object>(values), StringComparer.Ordinal);
    }

    /// <summary>No parameters.</summary>
    public static ParameterSet Empty { get; } = new([]);

    /// <summary>The values, by name.</summary>
    public IReadOnlyDictionary<string, object> Values => _values;

    /// <summary>This set with one value more, or replaced.</summary>
    public ParameterSet With(string name, object value) =>
        new(_values.Where(pair => pair.Key != name).Append(KeyValuePair.Create(name, value)));

    /// <summary>The canonical JSON: sorted names, no spaces, shortest round-trip numbers.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Writes the canonical JSON.</summary>
    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in _values)
        {
            writer.WritePropertyName(name);
            Write(writer, value);
        }

        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public override string ToString() => ToJson();

    private static void Write(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case long number: writer.WriteNumberValue(number); break;
            case double number: writer.WriteNumberValue(number); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            default: writer.WriteStringValue((string)value); break;
        }
    }
}
