using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Tomography;

/// <summary>Names of records that become names of files. A record may come from a CSV file of anyone's.</summary>
internal static class SliceNames
{
    /// <summary>Refuses a record whose name, or whose folder, would lead out of the destination.</summary>
    /// <exception cref="InputException"><c>SliceNameInvalid</c>.</exception>
    public static void Require(ReducedSlice slice)
    {
        var folder = slice.Folder ?? "";
        if (!IsName(slice.Name)) throw Invalid("name", slice.Name);
        if (folder.Length > 0 && !folder.Split('/', '\\').All(IsName)) throw Invalid("folder", folder);
    }

    private static bool IsName(string name) =>
        name.Length > 0 && name is not ("." or "..") && Path.GetFileName(name) == name && !name.Contains(':', StringComparison.Ordinal);

    private static InputException Invalid(string what, string text) => new(
        "SliceNameInvalid", FaultKind.InvalidData, $"The {what} '{Printable.Text(text)}' of a slice is no file name.", text);
}
