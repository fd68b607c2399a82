using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

/// <summary>A ray loses no more than its metal can have added.</summary>
public sealed class MetalContributionTests
{
    private const int Size = 128;

    private static readonly CorruptedScan Scan = Load();

    // An edge far from two pixels of metal: LI levels it along every ray of the trace that touches it.
    [Fact]
    public void A_bridged_ray_stays_within_what_the_metal_of_the_image_explains()
    {
        var bridged = new ArtifactReducer(ArtifactReducer.MethodOf("li", isWhole: true)).Reduce(Scan, WorkContext.Default).Sinogram!;
        var limited = MetalContribution.Limit(Scan, bridged, WorkContext.Default);
        var metal = Scan.Tomograph.Project(Excess(), WorkContext.Default).Values;
        var changed = 0;
        for (var i = 0; i < metal.Length; i++)
        {
            if (!Scan.Trace.Values[i])
            {
                Assert.Equal(bridged.Values[i], limited.Values[i]);
                continue;
            }

            var most = 0.005 + (0.5 * metal[i]) + (10 * metal[i] * metal[i]);
            var without = Scan.Sinogram.Values[i] - metal[i];
            Assert.InRange(limited.Values[i], without - most - 1e-5, without + most + 1e-5);
            if (limited.Values[i] == bridged.Values[i]) continue;
            changed++;
            Assert.False(Math.Abs(bridged.Values[i] - without) < most - 1e-5, "A ray within its limits was changed.");
        }

        Assert.True(changed > 20, $"{changed} rays");
    }

    [Fact]
    public void Rays_that_lose_just_their_metal_are_left_alone()
    {
        var metal = Scan.Tomograph.Project(Excess(), WorkContext.Default).Values;
        var values = new float[metal.Length];
        for (var i = 0; i < values.Length; i++) values[i] = Scan.Sinogram.Values[i] - (Scan.Trace.Values[i] ? metal[i] : 0);
        var exact = new Sinogram(values, Scan.Sinogram.Geometry);
        Assert.Same(exact, MetalContribution.Limit(Scan, exact, WorkContext.Default));
    }

    private static CorruptedScan Load()
    {
        var values = new float[Size * Size];
        for (var i = 0; i < values.Length; i++)
        {
            var (x, y) = ((i % Size) - 63.5, (i / Size) - 63.5);
            values[i] = double.Hypot(x, y) > 55 ? -1000 : y > 20 ? 900 : 40;
        }

        values[(64 * Size) + 60] = values[(64 * Size) + 61] = 3000;
        var slice = new CtSlice { Source = "a.npy", Format = CtFormat.Npy, Rows = Size, Columns = Size, Values = values };
        return new ScanLoader(GeometryChoice.Of(ScanPresets.Find("reduced-128"))).Load(
            new ScanInput(slice), PixelUnit.Hounsfield, new MetalDetection(), WorkContext.Default);
    }

    private static SliceImage Excess()
    {
        var near = Scan.Metal.Dilated(2).Values;
        var excess = new SliceImage(Size, Size);
        for (var i = 0; i < near.Length; i++)
        {
            if (near[i]) excess.Values[i] = Math.Max(0, Scan.Image.Values[i] - (float)HounsfieldScale.WaterAttenuation);
        }

        return excess;
    }
}
