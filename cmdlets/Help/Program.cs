using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Thesis.Help;

/// <summary>
/// Writes the help file of compiled cmdlets: <c>Thesis.Help CMDLETS.dll CMDLETS.xml OUTPUT-Help.xml</c>. Runs in the
/// build; exit code 1 and a line in MSBuild's format for each missing text.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length != 3)
        {
            Console.Error.WriteLine("usage: Thesis.Help CMDLETS.dll CMDLETS.xml OUTPUT-Help.xml");
            return 2;
        }

        var assembly = CmdletAssembly.Load(arguments[0]);
        var reader = new CommandReader(DocComments.Load(arguments[1]), new DocText(assembly.NameOf));
        var commands = assembly.Cmdlets.Select(reader.Read).ToArray();
        foreach (var fault in reader.Faults) Console.Error.WriteLine($"Thesis.Help : error HELP001: {fault}");
        if (reader.Faults.Count > 0) return 1;

        WriteIfChanged(arguments[2], MamlWriter.Document(commands));
        return 0;
    }

    private static void WriteIfChanged(string path, XDocument document)
    {
        using var buffer = new MemoryStream();
        var settings = new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) };
        using (var writer = XmlWriter.Create(buffer, settings)) document.Save(writer);
        var bytes = buffer.ToArray();
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes)) return;

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllBytes(path, bytes);
    }
}
