using System.Globalization;
using Thesis.Accuracy;

const string usage = "phantoms | real DATA | far DATA [METHOD ...] | rods DATA [METHOD ...] | drawn DATA | truncation DATA | streaks DATA"
    + " | completions CASES CNNMAR-MODEL MOST   (DATA holds ct_hu, CASES cases.txt of a benchmark)";
string[] methods = ["li", "nmar", "fsnmar"];
switch (args)
{
    case ["phantoms"]: return MeasuredScans.Run(MeasuredScans.Phantoms());
    case ["real", var data]: return MeasuredScans.Run(MeasuredScans.Real(data));
    case ["far", var data, .. var chosen]: return FarFromMetal.Run(data, chosen.Length > 0 ? chosen : methods);
    case ["rods", var data, .. var chosen]: return NearRods.Run(data, chosen.Length > 0 ? chosen : methods);
    case ["drawn", var data]: return DrawnMetals.Run(data, ["li", "nmar"]);
    case ["truncation", var data]: return TruncatedBodies.Run(data);
    case ["streaks", var data]: return Streaks.Run(data);
    case ["completions", var cases, var model, var most]: return NetworkCompletions.Run(cases, model, int.Parse(most, CultureInfo.InvariantCulture));
    default:
        Console.Error.WriteLine(usage);
        return 2;
}
