using Thesis.Accuracy;

const string usage = "phantoms | real DATA | far DATA | rods DATA   (DATA holds ct_hu)";
string[] methods = ["li", "nmar", "fsnmar"];
switch (args)
{
    case ["phantoms"]: return MeasuredScans.Run(MeasuredScans.Phantoms());
    case ["real", var data]: return MeasuredScans.Run(MeasuredScans.Real(data));
    case ["far", var data]: return FarFromMetal.Run(data, methods);
    case ["rods", var data]: return NearRods.Run(data, methods);
    default:
        Console.Error.WriteLine(usage);
        return 2;
}
