using System.Management.Automation;

namespace Thesis.Cmdlets.Tests;

/// <summary>A parameter declared in a base class.</summary>
public abstract class HelpSampleBase : PSCmdlet
{
    [Parameter]
    public virtual long Seed { get; set; } = 1;
}

/// <summary>A cmdlet with one of everything that help can say; its doc comments are in <see cref="HelpGenerator"/>.</summary>
[Cmdlet(VerbsCommon.Get, "HelpSample", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(HelpSampleRecord))]
public sealed class GetHelpSampleCommand : HelpSampleBase
{
    [Parameter(Mandatory = true, ParameterSetName = "Literal", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    [Parameter]
    [ValidateSet("ahc", "ddc")]
    public string Method { get; set; } = "ahc";

    [Parameter]
    public double? Threshold { get; set; }

    [Parameter]
    public double[] Recall { get; set; } = [0.8, 0.9];

    [Parameter]
    public SwitchParameter Summary { get; set; }

    /// <summary>Overrides; its text is the base's.</summary>
    [Parameter]
    public override long Seed { get; set; } = 1;
}

/// <summary>What the sample would emit.</summary>
public sealed record HelpSampleRecord(int Index);
