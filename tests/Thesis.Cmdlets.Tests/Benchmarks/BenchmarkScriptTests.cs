using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text.RegularExpressions;
using Xunit;

namespace Thesis.Cmdlets.Tests.Benchmarks;

/// <summary>
/// The scripts of benchmarks/, with stand-ins for the cmdlets that compute: what is passed on, what is written, the exit
/// code.
/// </summary>
public sealed partial class BenchmarkScriptTests : IDisposable
{
    private const string StandIns = """
        function New-SyntheticFace($Protocol, $Seed, $Destination, [switch] $Force) {
            [void] [System.IO.Directory]::CreateDirectory($Destination)
            [System.IO.File]::WriteAllText("$Destination/features.npy", "$Protocol $Seed")
            [System.IO.File]::WriteAllText("$Destination/identities.txt", 'a')
        }
        function Invoke-FaceClustering {
            [CmdletBinding()]
            param($LiteralPath, $IdentityPath, $Method, $Epsilon, $DendrogramPath, $Seed, [switch] $Oracle, [switch] $Force)
            $global:calls += "$Method $Epsilon oracle=$Oracle seed=$Seed"
            if ($Method -eq $global:broken) { throw 'broken' }
            if ($Method -ne 'KMeans') { [System.IO.File]::WriteAllText($DendrogramPath, 'Z') }
            1..3
        }
        function Measure-FaceClustering {
            param([Parameter(ValueFromPipeline)] $Face, $DendrogramPath, $IdentityPath, $CurvePath, $Recall, [switch] $Force)
            end {
                $score = @{ BCubedF = .5; BCubedPrecision = .6; BCubedRecall = .4; PairwiseF = .3; Nmi = .9; Clusters = 2; Count = 3 }
                if (-not $DendrogramPath) { return [pscustomobject] ($score + @{ OperatingPoint = 'given' }) }
                [System.IO.File]::WriteAllText($CurvePath, "recall,precision`n1,0`n")
                [pscustomobject] ($score + @{ OperatingPoint = 'oracle'; Threshold = .7 })
                foreach ($r in $Recall) { [pscustomobject] @{ OperatingPoint = "recall $($r.ToString('0.00'))"; BCubedPrecision = $r / 2 } }
            }
        }
        function Export-Figure($LiteralPath, [switch] $Force) { }
        $global:calls = @()
        """;

    private const string Config = """
        version: 1
        benchmark: probe
        title: Probe
        task: face-clustering
        datasets: [{ name: small, protocol: smoke }]
        methods:
          - { name: ahc, method: AHC }
          - { name: ddc, method: DDC, parameters: { Epsilon: 0.4 } }
          - { name: kmeans, method: KMeans }
        seeds: [3]
        recall: [0.8]
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("thesis-benchmark-scripts-").FullName;
    private readonly Runspace _runspace;

    public BenchmarkScriptTests()
    {
        File.WriteAllText(Path.Combine(_folder, "probe.yaml"), Config);
        _runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        _runspace.Open();
        // The assemblies under the module's name: the scripts find it imported.
        Invoke($"Import-Module '{Root("bin", "Thesis.Loader.dll")}', '{Root("bin", "Thesis.Cmdlets.dll")}'");
        Invoke("New-Module -Name Thesis { } | Import-Module");
        Invoke(StandIns);
    }

    public void Dispose()
    {
        _runspace.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_sweep_writes_its_rows_and_resumes()
    {
        var text = Sweep("");
        Assert.Contains("[3/3] small kmeans", text, StringComparison.Ordinal);
        Assert.Equal(
            ["AHC  oracle=True seed=3", "DDC 0.4 oracle=True seed=3", "KMeans  oracle=True seed=3"],
            Invoke("$global:calls").Select(call => call.ToString()));
        var lines = File.ReadAllLines(Path.Combine(_folder, "out", "results.csv"));
        Assert.Contains(lines, line => line.Contains(",small,ahc,3,threshold,0.7,distance,3,ok,", StringComparison.Ordinal));
        Assert.Contains(
            lines, line => line.Contains(",small,ddc,3,precision_at_recall_0.80,0.4,1,3,ok,", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains(",kmeans,3,threshold,", StringComparison.Ordinal));
        Assert.Equal(1 + 8 + 8 + 6, lines.Length);
        Assert.Equal(0, ExitCode());

        Assert.Contains("ahc {} skipped", Sweep(""), StringComparison.Ordinal);
        Assert.Equal(3, Invoke("$global:calls").Count);
    }

    [Fact]
    public void A_run_that_fails_is_a_row_the_next_follows_and_the_exit_code_says_so()
    {
        Invoke("$global:broken = 'AHC'");
        Assert.Contains("broken", Sweep(""), StringComparison.Ordinal);
        Assert.Equal(1, ExitCode());
        var failed = File.ReadAllLines(Path.Combine(_folder, "out", "results.csv"))[1];
        Assert.Contains(",small,ahc,3,,,,0,failed,", failed, StringComparison.Ordinal);

        Invoke("$global:broken = ''");
        Sweep("");
        Assert.Equal(0, ExitCode());
        Assert.DoesNotContain(
            "failed", File.ReadAllText(Path.Combine(_folder, "out", "results.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_another_session_does_is_looked_at_again_at_the_end()
    {
        var output = Path.Combine(_folder, "out");
        var run = Invoke($"Get-BenchmarkPlan '{_folder}/probe.yaml' -OutputPath '{output}' -Filter ahc")[0].Properties["RunId"].Value.ToString()!;
        Directory.CreateDirectory(output);
        var claim = new FileStream(Path.Combine(output, $".{run}.claim"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        var results = Path.Combine(output, "results.csv");
        var other = Task.Run(
            async () =>
            {
                while (!File.Exists(results) || !File.ReadAllText(results).Contains(",kmeans,", StringComparison.Ordinal)) await Task.Delay(20);
                claim.Dispose();
            },
            TestContext.Current.CancellationToken);
        var text = Sweep("");
        Assert.True(other.IsCompletedSuccessfully);
        Assert.Equal(
            ["ahc {} claimed", "ddc {\"Epsilon\":0.4} ok", "kmeans {} ok", "ahc {} ok"],
            text.Split('\n').Where(line => line.StartsWith('[')).Select(line => Line().Match(line).Groups[1].Value));
        Assert.Equal(0, ExitCode());
    }

    [GeneratedRegex(@"small (.* (?:claimed|ok))")]
    private static partial Regex Line();

    [Fact]
    public void WhatIf_prints_the_plan_and_writes_nothing()
    {
        var text = Sweep("-WhatIf -Filter '*dc'");
        Assert.StartsWith("1 runs", text, StringComparison.Ordinal);
        Assert.Contains("ddc  seed 3  {\"Epsilon\":0.4}", text, StringComparison.Ordinal);
        Assert.Empty(Invoke("$global:calls"));
        Assert.False(Directory.Exists(Path.Combine(_folder, "out")));
    }

    private static string Root(params string[] parts)
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Thesis.slnx"))) at = at.Parent!;
        return Path.Combine([at.FullName, .. parts]);
    }

    private string Sweep(string arguments) => string.Join('\n', Invoke(
        $"& '{Root("benchmarks", "Invoke-Benchmark.ps1")}' -Config '{_folder}/probe.yaml' -OutputPath '{_folder}/out' "
        + arguments));

    private int ExitCode() => (int)Invoke("$LASTEXITCODE")[0].BaseObject;

    private Collection<PSObject> Invoke(string script)
    {
        using var shell = PowerShell.Create(_runspace);
        return shell.AddScript(script).Invoke();
    }
}
