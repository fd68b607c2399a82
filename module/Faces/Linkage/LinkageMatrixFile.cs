using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>SciPy's linkage matrix in an npy file: float64, one row a merge, four columns.</summary>
public static class LinkageMatrixFile
{
    private const string Extension = ".npy";

    /// <summary>The path, when its extension is that of the format.</summary>
    /// <exception cref="InputException"><c>DendrogramFormatUnknown</c>.</exception>
    public static string CheckPath(string path) =>
        Path.GetExtension(path).Equals(Extension, StringComparison.OrdinalIgnoreCase)
            ? path
            : throw new InputException(
                "DendrogramFormatUnknown", FaultKind.NotSupported,
                $"A tree of merges is a NumPy array ({Extension}), which '{path}' does not say.", path);

    /// <summary>Writes a tree, whole or not at all.</summary>
    /// <exception cref="InputException"><c>FileExists</c>, <c>DendrogramFormatUnknown</c>.</exception>
    public static void Write(Dendrogram tree, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(tree);
        AtomicFile.Write(
            CheckPath(path), stream => NpyFile.Write<double>(stream, LinkageMatrix.From(tree), tree.Merges, 4), overwrite);
    }

    /// <summary>Reads a whole tree: N - 1 merges of N points.</summary>
    /// <exception cref="InputException"><c>DendrogramInvalid</c>, <c>DendrogramFormatUnknown</c>, or what reading an npy file can give.</exception>
    public static Dendrogram Read(string path, WorkContext context)
    {
        var array = NpyFile.Read(CheckPath(path), context);
        if (array is not { Shape: [var merges, 4], Data: double[] values })
        {
            throw new InputException(
                "DendrogramInvalid", FaultKind.InvalidData,
                $"'{path}' is no linkage matrix: it is not float64 with 4 columns.", path);
        }

        return LinkageMatrix.ToTree(values, merges + 1, $"'{path}'");
    }
}
