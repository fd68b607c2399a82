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
/// <para>With WhatIf the pairs are measured and the record comes out as ever; the files at PlotPath, CurvePath and
/// CalibrationPath are named and not written.</para>
/// </remarks>
/// <example>
/// <code>New-SyntheticFace -Protocol smoke -Destination faces | Measure-FacePair</code>
/// <para>Measures generated faces.</para>
/// </example>
/// <example>
/// <code>Measure-FacePair features.npy -IdentityPath labels.txt -SubjectCount 1000 -PlotPath pairs.png</code>
/// <para>Measures 1,000 subjects and draws the two densities, as Figure 3.5 does.</para>
/// </example>
/// <example>
/// <code>Measure-FacePair features.npy -IdentityPath labels.txt -CalibrationPath model.json -CalibrationName mobilefacenet</code>
/// <para>Keeps what these labelled faces tell of their features, for faces without labels.</para>
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

    /// <summary>
    /// Writes what was measured to this JSON file, for Invoke-FaceClustering -Calibration on faces without labels of the
    /// same features. All subjects are measured then, unless SubjectCount is given.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CalibrationPath { get; set; }

    /// <summary>The name of the features in the calibration, such as that of their network; the file's name unless given.</summary>
    [Parameter]
    [ValidateLength(1, 200)]
    public string? CalibrationName { get; set; }

    /// <summary>The share of pairs of two people that lie within the calibration's threshold.</summary>
    [Parameter]
    [ValidateRange(1e-9, 0.5)]
    public double FalseMergeRate { get; set; } = FaceCalibration.DefaultFalseMergeRate;

    /// <summary>Replaces existing files at PlotPath, CurvePath and CalibrationPath.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Checks the targets, before anything is read.</summary>
    protected override void BeginProcessing()
    {
        if (PlotPath is not null) PlotPath = Require(() => ChartFile.CheckPath(CheckTarget(PlotPath, Force)));
        if (CurvePath is not null) CurvePath = Require(() => CheckTarget(CurvePath, Force));
        if (CalibrationPath is not null) CalibrationPath = Require(() => CheckTarget(CalibrationPath, Force));
        Require(RequireDifferentTargets);
    }

    /// <inheritdoc/>
    protected override IEnumerable<string?> Targets => [PlotPath, CurvePath, CalibrationPath];

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
        var options = new PairDistributionOptions
        {
            Subjects = CalibrationPath is not null && !MyInvocation.BoundParameters.ContainsKey(nameof(SubjectCount))
                ? null
                : SubjectCount,
            Seed = Seed,
        };
        var pairs = Compute(
            context => PairDistribution.Measure(faces.Features.Normalize(), identities, options, context));
        if (pairs.Subjects < SubjectCount)
        {
            WriteVerbose($"Only {pairs.Subjects} subjects of '{faces.Source}' have two faces or more.");
        }

        var calibration = FaceCalibration.From(
            pairs, CalibrationName ?? NameOf(faces.Source), faces.Features.Dimension, FalseMergeRate);
        try
        {
            Write(pairs, calibration, faces.Source);
        }
        finally
        {
            WriteObject(Record(pairs, calibration, faces.Source));
        }
    }

    private static string NameOf(string source)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(source);
        if (name.Length == 0) name = System.IO.Path.GetFileName(source);
        return name.Length <= FaceCalibration.LongestName ? name : name[..FaceCalibration.LongestName];
    }

    private void Write(PairDistribution pairs, FaceCalibration calibration, string source)
    {
        if (PlotPath is not null && ShouldProcess(PlotPath, "Draw the densities"))
        {
            PairDistributionPlot.Write(pairs, System.IO.Path.GetFileName(source), PlotPath, Force);
        }

        if (CurvePath is not null && ShouldProcess(CurvePath, "Write the densities"))
        {
            PairDistributionFile.Write(pairs, CurvePath, Force);
        }

        if (CalibrationPath is not null && ShouldProcess(CalibrationPath, "Write the calibration"))
        {
            FaceCalibrationFile.Write(calibration, CalibrationPath, Force);
        }
    }

    private static FacePairDistribution Record(
        PairDistribution pairs, FaceCalibration calibration, string source) => new()
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
        Threshold = calibration.Threshold,
        ThresholdLow = calibration.ThresholdInterval.Low,
        ThresholdHigh = calibration.ThresholdInterval.High,
        FalseMergeRate = calibration.FalseMergeRate,
        Source = source,
    };
}
