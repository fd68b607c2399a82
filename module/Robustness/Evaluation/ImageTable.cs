using System.Globalization;
using System.Text;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>The record of each image of an evaluation as CSV: a line for each image, attack and budget.</summary>
public static class ImageTable
{
    /// <summary>The columns; epsilon and changes are in pixel units, epsilon_fraction in shares of the range.</summary>
    public const string Header =
        "index,label,clean_prediction,attack,norm,epsilon,epsilon_fraction,prediction,turned,goal_reached,linf,l2,l1,l0,iterations,exit,turned_by,witness_prediction,semantic_distance";

    /// <summary>Writes the table, whole or not at all.</summary>
    /// <param name="report">The evaluation.</param>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="InputException"><c>FileExists</c>, <c>FileNotWritable</c>.</exception>
    public static void Write(RobustnessReport report, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder(Header).Append('\n');
        foreach (var row in report.Attacks)
        {
            foreach (var image in row.Images) Append(text, row, image);
        }

        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())), overwrite);
    }

    private static void Append(StringBuilder text, AttackEvaluation row, AttackedImage image) => text
        .Append(CultureInfo.InvariantCulture, $"{image.Index},{image.Label},{image.CleanPrediction},{row.Attack},{row.Norm},")
        .Append(CultureInfo.InvariantCulture, $"{row.Epsilon?.Pixels},{row.Epsilon?.Value},{image.Prediction},")
        .Append(CultureInfo.InvariantCulture, $"{Flag(image.Turned)},{Flag(image.Reached)},")
        .Append(CultureInfo.InvariantCulture, $"{image.Linf:F4},{image.L2:F4},{image.L1:F4},{image.L0},{image.Iterations},{image.Exit},{image.TurnedBy},")
        .Append(CultureInfo.InvariantCulture, $"{image.Witness?.Prediction},{image.Witness?.SemanticDistance:F4}\n");

    private static string Flag(bool value) => value ? "true" : "false";
}
