using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Accuracy;

/// <summary>
/// What becomes of a network's image on the simulated cases of a benchmark: as it is; as the prior by which the sinogram is completed;
/// and as CNNMAR does, in classes of tissue first. For the module's DuDoNet and for a model of CNNMAR, by the size of the metal: how much
/// of their difference is the networks', and how much what is done with their images.
/// </summary>
internal static class NetworkCompletions
{
    public static int Run(string cases, string cnnmar, int most)
    {
        var work = WorkContext.Default;
        using var own = LearnedReducer.Own(work)!;
        using var other = LearnedReducer.Load(cnnmar, work);
        var scores = new Dictionary<(string Group, string Form), List<ImageQuality>>();
        string[][] lines = [.. File.ReadLines(Path.Combine(cases, "cases.txt")).Select(line => line.Split('\t'))];
        var count = Math.Min(most, lines.Length);
        for (var i = 0; i < count; i++)
        {
            var (name, group) = (lines[(int)((i + 0.5) * lines.Length / count)][0], lines[(int)((i + 0.5) * lines.Length / count)][1]);
            var (scan, truth) = Load(Path.Combine(cases, name), work);
            foreach (var reducer in new[] { own, other })
            {
                var image = reducer.Model.Restore(scan, work);
                Add($"{reducer.Method} image", image);
                Add($"{reducer.Method} completed", LearnedReduction.Completed(scan, image, work).Image);
                Add($"{reducer.Method} tissue", LearnedReduction.Completed(scan, NetworkPrior.Of(image, scan.Metal, work), work).Image);
            }

            void Add(string form, SliceImage image)
            {
                var quality = ImageQuality.Measure(image, truth, scan.Metal);
                foreach (var place in new[] { group, "all" })
                {
                    if (!scores.TryGetValue((place, form), out var list)) scores[(place, form)] = list = [];
                    list.Add(quality);
                }
            }
        }

        Table.Header("group,form,n,psnr_window,ssim_window,rmse_hu");
        foreach (var ((group, form), list) in scores.OrderBy(pair => pair.Key.Group, StringComparer.Ordinal))
        {
            Table.Print(
                $"{group},{form},{list.Count},{list.Average(q => q.PsnrWindow):F2},{list.Average(q => q.SsimWindow):F4},{list.Average(q => q.RmseHounsfield):F1}");
        }

        return 0;
    }

    private static (CorruptedScan Scan, SliceImage Truth) Load(string stem, WorkContext work)
    {
        var input = new ScanInput(
            CtFile.ReadAt(stem + ".npy", null, work), MaskFile.ReadAt(stem + ".mask.png", null), stem + ".sinogram.npy", stem + ".trace.npy");
        var scan = new ScanLoader(GeometryChoice.Auto).Load(input, PixelUnit.Hounsfield, new MetalDetection(), work);
        return (scan, SliceConversion.ToImage(CtFile.ReadAt(stem + ".truth.npy", null, work), PixelUnit.Hounsfield, work));
    }
}
