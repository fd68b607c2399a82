using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace Thesis.Shell;

/// <summary>Reads from and writes to the terminal: output to standard output, the other streams to standard error.</summary>
internal sealed class ShellInterface(Terminal terminal, bool interactive) : PSHostUserInterface
{
    private const string Red = "31";
    private const string Yellow = "33";
    private const string Grey = "90";

    public override PSHostRawUserInterface RawUI { get; } = new RawInterface();

    public override bool SupportsVirtualTerminal => terminal.ColoursOutput;

    public override void Write(string value) => terminal.Output(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value) => terminal.Output(value + Environment.NewLine);

    public override void WriteErrorLine(string value) => terminal.Error(value, Red);

    public override void WriteWarningLine(string message) => terminal.Error("WARNING: " + message, Yellow);

    public override void WriteVerboseLine(string message) => terminal.Error("VERBOSE: " + message, Grey);

    public override void WriteDebugLine(string message) => terminal.Error("DEBUG: " + message, Grey);

    public override void WriteInformation(InformationRecord record)
    {
    }

    public override void WriteProgress(long sourceId, ProgressRecord record) => terminal.Progress(sourceId, record);

    public override string ReadLine()
    {
        RequireInteractive("read a line");
        return Console.In.ReadLine() ?? "";
    }

    public override SecureString ReadLineAsSecureString() =>
        throw new NotSupportedException("This shell reads no secrets.");

    public override Dictionary<string, PSObject> Prompt(
        string caption, string message, Collection<FieldDescription> descriptions)
    {
        var names = string.Join(", ", descriptions.Select(field => field.Name));
        if (!interactive) throw new PSInvalidOperationException($"Values are missing, and the session is not interactive: {names}.");
        var answers = new Dictionary<string, PSObject>();
        foreach (var field in descriptions)
        {
            Write($"{field.Name}: ");
            answers.Add(field.Name, ReadLine());
        }

        return answers;
    }

    public override int PromptForChoice(
        string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        RequireInteractive($"ask '{caption}'");
        WriteLine(caption);
        WriteLine(message);
        while (true)
        {
            Write(string.Join("  ", choices.Select(choice => Labelled(choice.Label))) + ": ");
            var answer = Console.In.ReadLine();
            if (string.IsNullOrWhiteSpace(answer)) return answer is null ? choices.Count - 1 : defaultChoice;
            for (var i = 0; i < choices.Count; i++)
            {
                var label = choices[i].Label;
                if (answer.Equals(Key(label), StringComparison.OrdinalIgnoreCase)
                    || answer.Equals(label.Replace("&", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
                {
                    return i;
                }
            }
        }
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw new NotSupportedException("This shell asks for no credentials.");

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName,
        PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        PromptForCredential(caption, message, userName, targetName);

    private void RequireInteractive(string deed)
    {
        if (!interactive) throw new PSInvalidOperationException($"The session is not interactive and cannot {deed}.");
    }

    private static string Key(string label)
    {
        var at = label.IndexOf('&', StringComparison.Ordinal);
        return at >= 0 && at + 1 < label.Length ? label[at + 1].ToString(CultureInfo.InvariantCulture) : label;
    }

    private static string Labelled(string label) => $"[{Key(label)}] {label.Replace("&", "", StringComparison.Ordinal)}";
}
