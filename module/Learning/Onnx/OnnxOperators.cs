namespace Thesis.Engine.Learning.Onnx;

/// <summary>The operators that are covered.</summary>
internal static class OnnxOperators
{
    /// <summary>All entries, one for each operator and meaning.</summary>
    public static IReadOnlyList<OnnxOperator> All { get; } =
    [
        .. Activations.All, .. Arithmetic.All, .. LinearMaps.All, .. Convolutions.All, .. Pooling.All, .. Normalisations.All,
        .. Reductions.All, .. Shapes.All, .. Selections.All, .. Resizing.All,
    ];

    private static readonly ILookup<string, OnnxOperator> ByName = All.ToLookup(entry => entry.Name, StringComparer.Ordinal);

    /// <summary>The names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. ByName.Select(group => group.Key).Order(StringComparer.Ordinal)];

    /// <summary>What a node means in a version of the operator set, or null where it is not covered.</summary>
    public static OnnxOperator? Find(OnnxNode node, int opset) => node.Domain.Length > 0
        ? null
        : ByName[node.Operator].Where(entry => entry.Since <= opset).MaxBy(entry => entry.Since);
}
