using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Thesis.Cuts;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

var cache = args[0];
var filter = new Regex(args.Length > 1 ? args[1] : ".");
var verbose = args.Contains("-v");
var context = WorkContext.Default with { Threads = 1 };
int[] Ints(string n, string d) => [.. (Environment.GetEnvironmentVariable(n) ?? d).Split(',').Select(int.Parse)];
var seeds = Ints("SEEDS", "1,2,3");
var sizes = Ints("SIZES", "500,1026,2080,5224,9867,18251");
var sets = CutSet.Lfw("/work/shared/data/lfw_mobilefacenet128", seeds).Concat(CutSet.Made(seeds)).Concat(CutSet.Generated(sizes, seeds));
Directory.CreateDirectory(cache);
var rows = new List<(string Family, double Gap)>();
foreach (var set in sets)
{
    if (!filter.IsMatch(set.Name)) continue;
    var file = Path.Combine(cache, set.Name + ".tree");
    var (unit, identities) = set.Make();
    var tree = Load(file) ?? Save(file, BilinearLinkage.Build(new BilinearSimilarity(unit, false), new BilinearLinkageOptions(), context));
    var curve = OracleSweep.Run(tree, identities, context);
    var clock = Stopwatch.StartNew();
    var cut = LikelihoodCut.Find(unit, tree, context);
    var ms = clock.ElapsedMilliseconds;
    var score = curve.Cuts.Last(c => c.Merges <= cut.Merges);
    var labels = tree.CutAfter(cut.Merges);
    var pairs = labels.Zip(identities).Distinct().ToArray();
    var wrong = pairs.Length - (labels.Max() + 1);
    var split = pairs.Length - identities.Distinct().Count();
    var gap = curve.Best.F - score.F;
    rows.Add((set.Family, gap));
    Console.WriteLine(FormattableString.Invariant($"{set.Name,-26} {unit.Count,6} best {curve.Best.F:F3} @{curve.Best.Threshold:F3} {curve.Best.Clusters,5} | F {score.F:F3} @{cut.Threshold:F3} {score.Clusters,5} gap {gap:F3}{(gap > .06 ? " !!" : gap > .03 ? " !" : "")} wrong {wrong} split {split} | tail {Tail(unit, labels, tree.Height, cut.Merges):F1} post 0 0 {ms} ms"));
    if (verbose) foreach (var line in cut.Stages) Console.WriteLine("    " + line);
}

foreach (var g in rows.GroupBy(r => r.Family).Append(rows.GroupBy(_ => "all").First()))
    Console.WriteLine(FormattableString.Invariant($"{g.Key}: {g.Count()} sets, <=.03 {g.Count(r => r.Gap <= .03) * 100.0 / g.Count():F0} %, <=.06 {g.Count(r => r.Gap <= .06) * 100.0 / g.Count():F0} %, worst {g.Max(r => r.Gap):F3}, mean {g.Average(r => r.Gap):F4}"));

static double Tail(FeatureMatrix unit, int[] labels, double[] heights, int merges)
{
    var k = labels.Max() + 1;
    if (k < 6 || merges == 0) return double.NaN;
    var means = new float[k * unit.Dimension];
    var sizes = new int[k];
    foreach (var l in labels) sizes[l]++;
    for (var i = 0; i < unit.Count; i++) for (var d = 0; d < unit.Dimension; d++) means[(labels[i] * unit.Dimension) + d] += unit.Row(i)[d] / sizes[labels[i]];
    var m = new FeatureMatrix(means, k, unit.Dimension);
    var rows = k <= 2000 ? m : m.Gather(Enumerable.Range(0, 2000).Select(i => (int)((long)i * (k - 1) / 1999)).ToArray());
    var ds = new List<double>();
    for (var i = 0; i < rows.Count; i++) for (var j = 0; j < i; j++) ds.Add(1 - System.Numerics.Tensors.TensorPrimitives.Dot(rows.Row(i), rows.Row(j)));
    ds.Sort();
    double Q(double p) => ds[(int)Math.Clamp(p * ds.Count, 0, ds.Count - 1)];
    var b = double.Parse(Environment.GetEnvironmentVariable("P2") ?? ".01", CultureInfo.InvariantCulture); var p2 = Math.Max(b, 4.5 / ds.Count); var p1 = Math.Min(5 * p2, .5); p2 = Math.Min(p2, p1 / 2);
    var (h1, h2) = (Math.Max(Q(p1), 1e-9), Math.Max(Q(p2), 1e-9));
    var e = Math.Log(p1 / p2) / Math.Max(Math.Log(h1 / h2), 1e-6);
    double P(double x) => x <= 0 ? 0 : Math.Min(1, p1 * Math.Pow(x / h1, e));
    var w = 0.0;
    for (var t = 0; t < merges; t++) { double kk = unit.Count - t; w += kk * (kk - 1) / 2 * (P(heights[t]) - (t == 0 ? 0 : P(heights[t - 1]))); }
    return Math.Min(w, merges);
}

static Dendrogram? Load(string file)
{
    if (!File.Exists(file)) return null;
    using var r = new BinaryReader(File.OpenRead(file));
    var n = r.ReadInt32(); var m = r.ReadInt32();
    var l = new int[m]; var ri = new int[m]; var h = new double[m]; var s = new int[m];
    for (var i = 0; i < m; i++) { l[i] = r.ReadInt32(); ri[i] = r.ReadInt32(); h[i] = r.ReadDouble(); s[i] = r.ReadInt32(); }
    return new Dendrogram(n, l, ri, h, s);
}

static Dendrogram Save(string file, Dendrogram t)
{
    using var w = new BinaryWriter(File.Create(file + ".part"));
    w.Write(t.Count); w.Write(t.Merges);
    for (var i = 0; i < t.Merges; i++) { w.Write(t.Left[i]); w.Write(t.Right[i]); w.Write(t.Height[i]); w.Write(t.Size[i]); }
    w.Close();
    File.Move(file + ".part", file, true);
    return t;
}
