using System.Text.RegularExpressions;
using Thesis.Cuts;
using Thesis.Engine.Runtime;

if (CutArguments.Parse(args) is not { } given)
{
    Console.Error.WriteLine(
        "cuts --lfw FOLDER --cache FOLDER --out FILE.csv [--seeds 1,2,3] [--sizes 500,..] [--filter REGEX] [--export FOLDER] "
        + "[--calibration NAME] [--methods REGEX]");
    return 2;
}

Directory.CreateDirectory(given.Cache);
using var table = new CutTable(given.Out);
var context = WorkContext.Default;
var filter = new Regex(given.Filter, RegexOptions.CultureInvariant);
var methods = new Regex(given.Methods, RegexOptions.CultureInvariant);

var sets = CutSet.All(given.Lfw, given.Calibration, given.Seeds, given.Sizes);
foreach (var set in sets.Where(set => filter.IsMatch(set.Name)))
{
    var measured = MeasuredSet.Of(set, given.Cache, context);
    if (given.Export is { } folder) measured.Export(folder);
    table.Add(measured, context);
    if (methods.IsMatch(set.Name)) table.AddMethods(measured, context);
}

table.Summarize();
return 0;
