using System.Diagnostics;
using System.Xml.Linq;

namespace Thesis.Cmdlets.Tests;

/// <summary>Runs the build's help generator on the sample cmdlet of this assembly.</summary>
internal static class HelpGenerator
{
    private const string Prefix = "Thesis.Cmdlets.Tests.";

    /// <summary>The doc comments that the compiler would write for the sample, one entry a member.</summary>
    public static IReadOnlyDictionary<string, string> Comments { get; } = new Dictionary<string, string>
    {
        ["T:" + Prefix + "GetHelpSampleCommand"] = """
            <summary>
            Reads, as W.-A. Lin does, the files of
            <see cref="P:Thesis.Cmdlets.Tests.GetHelpSampleCommand.Path"/>, see eq. (3.2) and <c>.npy</c>. Then it stops.
            </summary>
            <remarks>
            Before <paramref name="x"/>.
            <para>See <see cref="T:Thesis.Cmdlets.Tests.GetHelpSampleCommand"/>, <see langword="null"/> and
            <see cref="M:System.Math.Abs(System.Double)"/>.</para>
            <list type="bullet">
              <item><term>ahc</term><description>average linkage</description></item>
              <item>plain</item>
            </list>
            <list type="number"><item><description>first</description></item><item>second</item></list>
            </remarks>
            <example>
              <code>
                $samples = Get-HelpSample -Path '*.npy'
                if ($samples) {
                    $samples.Count
                }
              </code>
              <para>Counts the samples.</para>
              <para>None is a fault.</para>
            </example>
            <example title="By name"><code>Get-HelpSample a.npy -Method ddc</code></example>
            <notes>Asks for nothing.</notes>
            <parameter name="Recall">What this class says of it.</parameter>
            <seealso href="https://example.org/thesis">The dissertation</seealso>
            <seealso cref="T:Thesis.Cmdlets.Tests.GetHelpSampleCommand"/>
            """,
        ["P:" + Prefix + "HelpSampleBase.Seed"] = "<summary>The seed.</summary>",
        ["P:" + Prefix + "GetHelpSampleCommand.Seed"] = "<inheritdoc/>",
        ["P:" + Prefix + "GetHelpSampleCommand.LiteralPath"] = "<summary>Paths as they are.</summary>",
        ["P:" + Prefix + "GetHelpSampleCommand.Path"] = "<summary>Paths with wildcards.</summary>",
        ["P:" + Prefix + "GetHelpSampleCommand.Method"] = "<summary>The method.</summary>",
        ["P:" + Prefix + "GetHelpSampleCommand.Threshold"] = "<summary>The cut.</summary><remarks>A distance.</remarks>",
        ["P:" + Prefix + "GetHelpSampleCommand.Recall"] = "<summary>Recalls.</summary>",
        ["P:" + Prefix + "GetHelpSampleCommand.Summary"] = "<summary>One record a cluster.</summary>",
        ["T:" + Prefix + "HelpSampleRecord"] = "<summary>A sample.</summary>",
    };

    /// <summary>Where Get-Help looks for the help of this assembly's cmdlets.</summary>
    public static string HelpPath { get; } =
        Path.Combine(AppContext.BaseDirectory, "en-US", "Thesis.Cmdlets.Tests.dll-Help.xml");

    /// <summary>The exit code and the messages of the generator.</summary>
    public static (int ExitCode, string Messages) Run(IReadOnlyDictionary<string, string> comments, string output)
    {
        var documentation = Path.GetTempFileName();
        try
        {
            var members = comments.Select(comment => $"<member name=\"{comment.Key}\">{comment.Value}</member>");
            XDocument.Parse($"<doc><members>{string.Concat(members)}</members></doc>").Save(documentation);
            return Execute(typeof(HelpGenerator).Assembly.Location, documentation, output);
        }
        finally
        {
            File.Delete(documentation);
        }
    }

    private static (int ExitCode, string Messages) Execute(params string[] arguments)
    {
        var generator = Path.Combine(AppContext.BaseDirectory, "../../Thesis.Help/release/Thesis.Help.dll");
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["exec", generator, .. arguments]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var messages = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, messages);
    }
}
