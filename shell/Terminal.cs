using System.Text;

namespace Thesis.Shell;

/// <summary>Standard output and error: whether each is a terminal, and where lines go without tearing the progress.</summary>
internal sealed class Terminal
{
    private readonly Lock _gate = new();
    private readonly ProgressView? _progress;

    public Terminal()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Console.OutputEncoding = utf8;
        ColoursOutput = !Console.IsOutputRedirected && NoColourUnset;
        ColoursError = !Console.IsErrorRedirected && NoColourUnset;
        if (!Console.IsOutputRedirected && !Console.IsErrorRedirected) _progress = new ProgressView();
    }

    public bool ColoursOutput { get; }

    public bool ColoursError { get; }

    private static bool NoColourUnset => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public void Output(string text)
    {
        lock (_gate)
        {
            _progress?.Hide();
            Console.Out.Write(ColoursOutput ? text : WithoutEscapes(text));
        }
    }

    public void Error(string line, string colour)
    {
        lock (_gate)
        {
            _progress?.Hide();
            Console.Error.WriteLine(ColoursError ? $"\u001b[{colour}m{WithoutEscapes(line)}\u001b[0m" : WithoutEscapes(line));
        }
    }

    public void Progress(long source, System.Management.Automation.ProgressRecord record)
    {
        lock (_gate) _progress?.Show(source, record);
    }

    public void EndProgress()
    {
        lock (_gate) _progress?.Clear();
    }

    private static string WithoutEscapes(string text) =>
        text.Contains('\u001b', StringComparison.Ordinal)
            ? System.Text.RegularExpressions.Regex.Replace(text, "\u001b\\[[0-9;]*[A-Za-z]", "")
            : text;
}
