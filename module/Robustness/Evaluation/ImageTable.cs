using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The record of each image of an evaluation as CSV: a line for each image, attack and budget. Epsilon and changes are in
/// pixel units, epsilon_fraction in shares of the range.
/// </summary>
public static class ImageTable
{
    private static readonly string[] Columns =
    [
        "index", "label", "clean_prediction", "attack", "norm", "epsilon", "epsilon_fraction", "prediction", "turned",
        "goal_reached", "linf", "l2", "l1", "l0", "iterations", "exit", "turned_by", "witness_prediction", "semantic_distance",
    ];

    /// <summary>Writes the table, whole or not at all.</summary>
    /// <param name="report">The evaluation.</param>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="InputException"><c>FileExists</c>, <c>FileNotWritable</c>.</exception>
    public static void Write(RobustnessReport report, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(report);
        CsvTableFile.Write(path, Columns, report.Attacks.SelectMany(row => row.Images.Select(image => Cells(row, image))), overwrite);
    }

    private static string[] Cells(AttackEvaluation row, AttackedImage image) =>
    [
        Text(image.Index), Text(image.Label), Text(image.CleanPrediction), row.Attack, Text(row.Norm),
        Text(row.Epsilon?.Pixels), Text(row.Epsilon?.Value), Text(image.Prediction), Flag(image.Turned), Flag(image.Reached),
        Change(image.Linf), Change(image.L2), Change(image.L1), Text(image.L0), Text(image.Iterations), Text(image.Exit),
        Text(image.TurnedBy), Text(image.Witness?.Prediction), Change(image.Witness?.SemanticDistance),
    ];

    private static string Text<T>(T value) => string.Create(CultureInfo.InvariantCulture, $"{value}");

    private static string Change(double? value) => string.Create(CultureInfo.InvariantCulture, $"{value:F4}");

    private static string Flag(bool value) => value ? "true" : "false";
}
