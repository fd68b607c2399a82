using System.Management.Automation;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Faces;

/// <summary>
/// Measures the cosine distances between faces of one subject and between faces of two, and finds the Epsilon and the
/// Eta that suit the features: from faces whose identities are known, for faces whose identities are not.
/// </summary>
/// <remarks>
/// <para>Epsilon is the maximum likelihood estimate of (3.2): the mode of the density of matched pairs, every subject
/// counted alike. Eta has the least Bayes risk of taking a matched pair for a mismatched one or the other way round
/// (section 3.5.1). The dissertation finds .23 and .40 for its features.</para>
/// <para>All pairs of the faces of SubjectCount subjects are measured; subjects with one face alone are not drawn.</para>
/// <para>With WhatIf the pairs are measured and the record comes out as ever; the files at PlotPath and CurvePath are named
/// and not written.</para>
/// </remarks>
/// <example>
/// <code>New-SyntheticFace -Protocol smoke -Destination faces | Measure-FacePair</code>
/// <para>Measures generated faces.</para>
/// </example>
/// <example>
/// <code>Measure-FacePair features.npy -IdentityPath labels.txt -SubjectCount 1000 -PlotPath pairs.png</code>
/// <para>Measures 1,000 subjects and draws the two densities, as Figure 3.5 does.</para>
/// </example>
/// <seealso cref="InvokeFaceClusteringCommand"/>
[Cmdlet(VerbsDiagnostic.Measure, "FacePair", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(FacePairDistribution))]
public sealed class MeasureFacePairCommand : FaceInputCmdlet
{
    /// <summary>The subjects that are drawn, of those with two faces or more.</summary>
    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int SubjectCount { get; set; } = PairDistributionOptions.DefaultSubjects;

    /// <summary>The seed of the draw of subjects.</summary>
    [Parameter]
    public long Seed { get; set; } = 1;

    /// <summary>Draws the densities into this file, png or svg.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PlotPath { get; set; }

    /// <summary>Writes the densities to this CSV file: distance, matched, mismatched.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CurvePath { get; set; }

    /// <summary>Replaces existing files at PlotPath and CurvePath.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Checks the targets, before anything is read.</summary>
    protected override void BeginProcessing()
    {
        if (PlotPath is not null) PlotPath = Require(() => PlotFile.CheckPath(CheckTarget(PlotPath, Force)));
        if (CurvePath is not null) CurvePath = Require(() => CheckTarget(CurvePath, Force));
        Require(() => RequireDifferent(PlotPath, CurvePath));
    }

    /// <inheritdoc/>
    protected override IEnumerable<string?> Targets => [PlotPath, CurvePath];

    /// <inheritdoc/>
    protected override void Process(FeatureSet faces)
    {
        if (faces.Identities is null)
        {
            throw new InputException(
                DataErrorIds.IdentityMissing, FaultKind.InvalidArgument,
                $"Pairs of '{faces.Source}' need the identities of its faces: give -IdentityPath.", faces.Source);
        }

        var identities = IdentityLabels.From(faces.Identities);
        var options = new PairDistributionOptions { Subjects = SubjectCount, Seed = Seed };
        var pairs = Compute(
            context => PairDistribution.Measure(faces.Features.Normalize(), identities, options, context));
        if (pairs.Subjects < SubjectCount)
        {
            WriteVerbose($"Only {pairs.Subjects} subjects of '{faces.Source}' have two faces or more.");
        }

        try
        {
            Write(pairs, faces.Source);
        }
        finally
        {
            WriteObject(Record(pairs, faces.Source));
        }
    }

    private void Write(PairDistribution pairs, string source)
    {
        if (PlotPath is not null && ShouldProcess(PlotPath, "Draw the densities"))
        {
            PairDistributionPlot.Write(pairs, System.IO.Path.GetFileName(source), PlotPath, Force);
        }

        if (CurvePath is not null && ShouldProcess(CurvePath, "Write the densities"))
        {
            PairDistributionFile.Write(pairs, CurvePath, Force);
        }
    }

    private static FacePairDistribution Record(PairDistribution pairs, string source) => new()
    {
        Subjects = pairs.Subjects,
        Count = pairs.Faces,
        MatchedPairs = pairs.MatchedPairs,
        MismatchedPairs = pairs.MismatchedPairs,
        MatchedMean = pairs.MatchedMean,
        MatchedDeviation = pairs.MatchedDeviation,
        MismatchedMean = pairs.MismatchedMean,
        MismatchedDeviation = pairs.MismatchedDeviation,
        Epsilon = pairs.Epsilon,
        Eta = pairs.Eta,
        FalseNonMatchRate = pairs.FalseNonMatchRate,
        FalseMatchRate = pairs.FalseMatchRate,
        Source = source,
    };
}
