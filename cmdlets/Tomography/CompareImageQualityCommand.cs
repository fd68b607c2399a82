using System.Globalization;
using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>
/// Tests whether methods differ from another one on the same images: Wilcoxon's signed rank test and an interval of the mean
/// difference, for any figure that Measure-ImageQuality gives.
/// </summary>
/// <remarks>
/// <para>Takes the records of single images, of any of Measure-ImageQuality's kinds, and pairs those of one name. The test is
/// two-sided; pairs that are equal are left out of it, and its probability is exact up to 50 pairs, with ties too. The interval
/// holds the middle 95 % of 9,999 means of pairs drawn with replacement, by Seed. Images that only one of two methods has a
/// figure for are left out. What is better, more or less, is the figure's own.</para>
/// </remarks>
/// <example>
/// <code>New-SyntheticScan -Size 64 -Count 2 -Destination scans | New-MetalArtifact -Count 4 -Geometry reduced-64 -Destination metal | Invoke-MetalArtifactReduction -Method LI, NMAR -Destination reduced | Measure-ImageQuality | Compare-ImageQuality -Baseline LI</code>
/// <para>Whether NMAR's error is smaller than LI's.</para>
/// </example>
/// <example>
/// <code>New-SyntheticScan -Size 64 -Count 2 -Destination scans | New-MetalArtifact -Count 4 -Geometry reduced-64 -Destination metal | Invoke-MetalArtifactReduction -Method LI, NMAR, TV -Destination reduced | Measure-ImageQuality -Aapm | Compare-ImageQuality -Baseline NMAR -Metric Mean, Streaks -ByGroup</code>
/// <para>Two scores of the AAPM challenge, over all images and by the size of the metal.</para>
/// </example>
/// <seealso cref="MeasureImageQualityCommand"/>
[Cmdlet(VerbsData.Compare, "ImageQuality")]
[OutputType(typeof(PairedComparison))]
public sealed class CompareImageQualityCommand : EngineCmdlet
{
    private readonly List<Figure> _figures = [];

    /// <summary>Records of Measure-ImageQuality, of single images.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = null!;

    /// <summary>The method that the others are compared with.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Baseline { get; set; } = "";

    /// <summary>The figures that are compared, by the names of the records' properties.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(QualityMetricCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Metric { get; set; } = ["RmseHu"];

    /// <summary>Compares by the group of the metal's size, too.</summary>
    [Parameter]
    public SwitchParameter ByGroup { get; set; }

    /// <summary>The seed of the bootstrap.</summary>
    [Parameter]
    public long Seed { get; set; } = 1;

    /// <summary>Takes a record.</summary>
    protected override void ProcessRecord() => Guard(() =>
    {
        var (name, method) = (Text("Name"), Text("Method"));
        if (InputObject.Properties["Count"]?.Value is int and not 1 || name.Length == 0)
        {
            throw Invalid("ScoreNotSingle", "An average has no pairs. Leave -ByGroup of Measure-ImageQuality out.", method);
        }

        foreach (var metric in Metric)
        {
            var property = InputObject.Properties[metric]
                ?? throw Invalid("MetricUnknown", $"'{metric}' is no property of {InputObject.BaseObject.GetType().Name}.", metric);
            if (property.Value is null) continue;
            if (!LanguagePrimitives.TryConvertTo(property.Value, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
            {
                throw Invalid("MetricNotNumber", $"{metric} of '{name}' is no finite number.", name);
            }

            if (_figures.Exists(known => known.Metric == metric && known.Name == name && Same(known.Method, method)))
            {
                throw Invalid("ScoreRepeated", $"'{name}' has been given for {method} before; a pair is one image and two methods.", name);
            }

            _figures.Add(new Figure(metric, name, method, Text("Group"), value));
        }
    });

    /// <summary>Tests the pairs.</summary>
    protected override void EndProcessing() => Guard(() =>
    {
        if (_figures.Count == 0) return;
        if (!_figures.Exists(figure => Same(figure.Method, Baseline)))
        {
            throw Invalid("BaselineMissing", $"No record is of the method '{Baseline}'.", Baseline);
        }

        foreach (var metric in Metric)
        {
            var baseline = _figures.Where(figure => figure.Metric == metric && Same(figure.Method, Baseline)).ToDictionary(figure => figure.Name);
            foreach (var method in _figures.Where(figure => figure.Metric == metric && !Same(figure.Method, Baseline)).GroupBy(figure => figure.Method))
            {
                var pairs = method.Where(figure => baseline.ContainsKey(figure.Name)).Select(figure => (figure, baseline[figure.Name])).ToArray();
                if (pairs.Length == 0)
                {
                    Guard(() => throw Invalid("PairsMissing", $"{method.Key} and {Baseline} have no image in common for {metric}.", method.Key));
                    continue;
                }

                if (ByGroup)
                {
                    foreach (var group in pairs.GroupBy(pair => pair.figure.Group)) Emit(metric, group.Key, [.. group]);
                }

                Emit(metric, "all", pairs);
            }
        }
    });

    private void Emit(string metric, string group, (Figure Figure, Figure Baseline)[] pairs)
    {
        double[] values = [.. pairs.Select(pair => pair.Figure.Value)];
        double[] baseline = [.. pairs.Select(pair => pair.Baseline.Value)];
        var test = PairedTest.Of(values, baseline, Seed);
        WriteObject(new PairedComparison
        {
            Metric = metric,
            Method = pairs[0].Figure.Method,
            Baseline = pairs[0].Baseline.Method,
            Group = group,
            Count = test.Count,
            Mean = values.Average(),
            BaselineMean = baseline.Average(),
            Difference = test.MeanDifference,
            Low = test.Low,
            High = test.High,
            Higher = test.Higher,
            Lower = test.Lower,
            Statistic = test.Statistic,
            PValue = test.Probability,
        });
    }

    private string Text(string property) => InputObject.Properties[property]?.Value as string ?? "";

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static InputException Invalid(string id, string message, string target) => new(id, FaultKind.InvalidArgument, message, target);

    private sealed record Figure(string Metric, string Name, string Method, string Group, double Value);
}

/// <summary>Completes the figures of Measure-ImageQuality's records.</summary>
public sealed class QualityMetricCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Names { get; } =
    [
        .. new[] { typeof(ImageQualityScore), typeof(AapmScore), typeof(ReferenceFreeScore) }
            .SelectMany(record => record.GetProperties())
            .Where(property => property.PropertyType == typeof(double) || property.PropertyType == typeof(double?))
            .Select(property => property.Name).Distinct(),
    ];
}
