using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Gathers features that come one at a time, as from a pipeline. A faulty one is refused by an exception that names its
/// index among all that were offered; it is dropped, and those before and after it are kept.
/// </summary>
public sealed class FeatureSetBuilder
{
    private readonly string _source;
    private readonly List<string> _ids = [];
    private readonly List<string> _identities = [];
    private readonly List<int> _offers = [];
    private readonly OrderedDictionary<string, List<object?>> _properties = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _firstOffer = new(StringComparer.Ordinal);
    private FeatureRows? _rows;
    private bool _hasIds;

    /// <summary>Creates an empty builder.</summary>
    /// <param name="source">What the features come from, for messages.</param>
    public FeatureSetBuilder(string source = "pipeline") => _source = source;

    /// <summary>The features kept.</summary>
    public int Count => _rows?.Count ?? 0;

    /// <summary>The features offered, those dropped included.</summary>
    public int Offered { get; private set; }

    /// <summary>D, fixed by the first feature kept; 0 before it.</summary>
    public int Dimension => _rows?.Dimension ?? 0;

    /// <summary>Adds a feature.</summary>
    /// <param name="id">The object's id (unique, else dropped), converted invariantly; null where there are none.</param>
    /// <param name="vector">The values.</param>
    /// <param name="identity">The identity; null or empty where it is unknown.</param>
    /// <exception cref="InputException">
    /// <c>FeatureRowRagged</c>, <c>FeatureNotFinite</c>, <c>FeatureZero</c>, <c>FeatureShapeInvalid</c>,
    /// <c>FeatureIdDuplicate</c>, <c>FeatureIdMissing</c>; the target is the index. The feature is dropped.
    /// </exception>
    public void Add(object? id, ReadOnlySpan<float> vector, string? identity = null)
    {
        var index = Offered++;
        RequireDimension(index, vector.Length);
        for (var k = 0; k < vector.Length; k++)
        {
            if (!float.IsFinite(vector[k])) throw FeatureCheck.NotFinite(index, k, _source);
        }

        Keep(index, Convert.ToString(id, CultureInfo.InvariantCulture), vector, identity);
    }

    /// <summary>Adds a feature of float64 values, each rounded to float32.</summary>
    /// <inheritdoc cref="Add(object?, ReadOnlySpan{float}, string?)"/>
    /// <exception cref="InputException"><c>FeatureOverflow</c>: a value is finite and beyond float32.</exception>
    public void Add(object? id, ReadOnlySpan<double> vector, string? identity = null)
    {
        var index = Offered++;
        RequireDimension(index, vector.Length);
        var narrowed = new float[vector.Length];
        for (var k = 0; k < vector.Length; k++)
        {
            if (!double.IsFinite(vector[k])) throw FeatureCheck.NotFinite(index, k, _source);
            narrowed[k] = (float)vector[k];
            if (float.IsInfinity(narrowed[k])) throw Overflow(index, vector[k]);
        }

        Keep(index, Convert.ToString(id, CultureInfo.InvariantCulture), narrowed, identity);
    }

    /// <summary>Says of the last feature kept what else is known.</summary>
    public void Describe(IReadOnlyList<(string Name, object? Value)> properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        foreach (var (name, value) in properties)
        {
            if (!_properties.TryGetValue(name, out var values))
            {
                if (_properties.Count == FaceProperty.Most) continue;
                _properties.Add(name, values = []);
            }

            while (values.Count < Count - 1) values.Add(null);
            values.Add(value);
        }
    }

    /// <summary>The features kept. The builder is empty afterwards.</summary>
    /// <exception cref="InputException"><c>FeatureFileEmpty</c>: none was kept.</exception>
    public FeatureSet ToFeatureSet()
    {
        FeatureCheck.Shape(Count, 1, _source);
        var count = Count;
        var set = new FeatureSet(
            _rows!.ToMatrix(_source), _hasIds ? [.. _ids] : null, Identities(), _source)
        {
            Rows = count == Offered ? null : [.. _offers],
            SourceRows = Offered,
            Properties =
            [
                .. _properties.Select(property => new FaceProperty(
                    property.Key, [.. property.Value, .. new object?[count - property.Value.Count]])),
            ],
        };
        _rows = null;
        _ids.Clear();
        _identities.Clear();
        _offers.Clear();
        _properties.Clear();
        _firstOffer.Clear();
        (Offered, _hasIds) = (0, false);
        return set;
    }

    /// <summary>Counts a feature that was refused before it could be added.</summary>
    public void Drop() => Offered++;

    private string[]? Identities() => _identities.Exists(identity => identity.Length > 0) ? [.. _identities] : null;

    private void RequireDimension(int index, int length)
    {
        if (length == 0) throw Fault(DataErrorIds.ShapeInvalid, index, "has no values");
        if (Dimension > 0 && length != Dimension)
        {
            throw Fault(DataErrorIds.RowRagged, index, $"has {length} values and the first has {Dimension}");
        }
    }

    private void Keep(int index, string? id, ReadOnlySpan<float> row, string? identity)
    {
        if (!row.ContainsAnyExcept(0f)) throw FeatureCheck.Zero(index, _source);
        var hasId = !string.IsNullOrEmpty(id);
        if (Count > 0 && hasId != _hasIds)
        {
            throw Fault(DataErrorIds.IdMissing, index, hasId ? "has an id and those before have none" : "has no id");
        }

        if (hasId && !_firstOffer.TryAdd(id!, index)) throw FeatureCheck.Duplicate(id!, _firstOffer[id!], index, _source);
        _rows ??= new FeatureRows(row.Length);
        _hasIds = hasId;
        _rows.Add(row);
        _offers.Add(index);
        if (hasId) _ids.Add(id!);
        _identities.Add(identity ?? "");
    }

    private InputException Overflow(int index, double value) => Fault(
        DataErrorIds.Overflow, index,
        string.Create(CultureInfo.InvariantCulture, $"has the value {value:R}, which is beyond float32"));

    private InputException Fault(string id, int index, string what) =>
        new(id, FaultKind.InvalidData, $"Feature {index} of '{_source}' {what}.", index);
}
