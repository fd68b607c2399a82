using System.Runtime.CompilerServices;
using System.Text;

namespace Thesis.Engine.Tests.Data;

/// <summary>A folder of a test's own, and the place of the committed files.</summary>
public sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thesis-data-");

    /// <summary>A file of tests/data/formats.</summary>
    public static string Format(string name) => Committed("formats", name);

    /// <summary>A file of tests/data/tables.</summary>
    public static string Table(string name) => Committed("tables", name);

    /// <summary>A file of tests/data/scans.</summary>
    public static string Scan(string name) => Committed("scans", name);

    /// <summary>A file of tests/data/learning.</summary>
    public static string Learning(string name) => Committed("learning", name);

    /// <summary>A file of tests/data/onnx.</summary>
    public static string Onnx(string name) => Committed("onnx", name);

    /// <summary>Writes bytes and returns the path.</summary>
    public string Write(string name, byte[] content)
    {
        var path = this[name];
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Writes UTF-8 text and returns the path.</summary>
    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    /// <summary>A path in the folder.</summary>
    public string this[string name] => Path.Combine(_folder.FullName, name);

    private static string Committed(string folder, string name, [CallerFilePath] string here = "") => Path.GetFullPath(
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "data", folder, name));

    public void Dispose() => _folder.Delete(recursive: true);
}
