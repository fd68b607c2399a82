using System.Globalization;
using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>What one object of the pipeline gives: a file or a folder, and the files that go with it.</summary>
/// <param name="Path">The image, the sinogram or the folder.</param>
/// <param name="MaskPath">The metal.</param>
/// <param name="TruthPath">The image without artifacts.</param>
/// <param name="SinogramPath">The measured sinogram.</param>
/// <param name="TracePath">The metal trace.</param>
/// <param name="Group">The group of the metal's size.</param>
/// <param name="Folder">The folder of the destination that it is written into; empty for the destination itself.</param>
internal sealed record PipelineSlice(
    string Path, string? MaskPath = null, string? TruthPath = null, string? SinogramPath = null, string? TracePath = null,
    string? Group = null, string Folder = "")
{
    /// <summary>
    /// Reads an object: a path; else the first of the properties <paramref name="pathNames"/> and FullName,
    /// PSPath is, with MaskPath, TruthPath, SinogramPath, TracePath and Group where the object has them.
    /// </summary>
    /// <exception cref="InputException"><c>SliceObjectUnknown</c>.</exception>
    public static PipelineSlice From(PSObject item, int index, params string[] pathNames)
    {
        if (PathResolver.Of(item) is { } path) return new PipelineSlice(path);
        var found = pathNames.Concat(["FullName", "PSPath"]).Select(name => Text(item, name)).FirstOrDefault(t => t is not null);
        if (found is not null)
        {
            return new PipelineSlice(
                found, Text(item, "MaskPath"), Text(item, "TruthPath"), Text(item, "SinogramPath"), Text(item, "TracePath"),
                Text(item, "Group"));
        }

        throw new InputException(
            "SliceObjectUnknown", FaultKind.InvalidData,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Object {index} of the pipeline is no path and has no property {string.Join(", ", pathNames)} or FullName."),
            index);
    }

    /// <summary>A slice of a folder, with the files beside it.</summary>
    public static PipelineSlice From(FolderSlice slice) =>
        new(slice.Path, slice.MaskPath, slice.TruthPath, slice.SinogramPath, slice.TracePath, Folder: slice.Series ?? "");

    /// <summary>The same with another mask, where one is given; a trace is that of its own mask.</summary>
    public PipelineSlice WithMask(string? path) => path is null ? this : this with { MaskPath = path, TracePath = null };

    // A property that was null is an empty text after Export-Csv and Import-Csv.
    private static string? Text(PSObject item, string name) =>
        item.Properties[name]?.Value is { } value
        && Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text
            ? text
            : null;
}
