using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>Faults of a config, worded as compilers do: <c>file(line,column): reason</c>.</summary>
internal static class ConfigFault
{
    /// <summary>The fault at a position of the file.</summary>
    public static InputException Create(
        string errorId, string path, TextPosition position, string reason, Exception? inner = null) =>
        new(
            errorId, FaultKind.InvalidData,
            FormattableString.Invariant($"{path}({position.Line},{position.Column}): {reason}"), path, inner);
}
