using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Benchmarks;
using Thesis.Engine.Tests.Data;
using Thesis.Engine.Tomography;
using Xunit;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Tomography.Networks;

public sealed class LearnedReductionTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public LearnedReductionTests() => TorchBackend.EnsureLoaded();

    public void Dispose() => _folder.Dispose();

    // A fresh dual-domain model is linear interpolation, so all that a reduction does around its network can be told.
    [Fact]
    public void In_its_own_geometry_the_result_is_the_network_s()
    {
        var scan = Measured(NetworkCases.Tiny);
        using var reducer = Fresh("DuDoNet");
        var reduced = new LearnedReduction(reducer).Reduce(scan, WorkContext.Default);
        var expected = new LinearInterpolation().Reduce(scan, WorkContext.Default).Image;
        AssertNear(expected, reduced.Image, 1e-5f);
    }

    // S completed by the prior's projection has LI's difference to it, and what is far from the metal stays as it was.
    [Fact]
    public void A_finer_slice_keeps_its_sharpness()
    {
        var geometry = ScanPresets.Find("reduced-64");
        var scan = Measured(geometry);
        using var reducer = Fresh("DuDoNet");
        var reduced = new LearnedReduction(reducer).Reduce(scan, WorkContext.Default);
        Assert.Equal(64, reduced.Image.Rows);
        Assert.NotNull(reduced.Sinogram);
        for (var i = 0; i < scan.Sinogram.Values.Length; i++)
        {
            if (!scan.Trace.Values[i]) Assert.Equal(scan.Sinogram.Values[i], reduced.Sinogram.Values[i]);
        }

        // Its mean over a coarse pixel is the network's, its detail that of the completed sinogram.
        var own = scan.Tomograph.Reconstruct(reduced.Sinogram, WorkContext.Default);
        Assert.True(Roughness(reduced.Image) > 0.9 * Roughness(own));
    }

    [Fact]
    public void A_slice_without_metal_stays_as_it_is()
    {
        var clean = Scan(NetworkCases.Tiny, []);
        using var reducer = Fresh("DuDoNet");
        var reduced = new ArtifactReducer(new LearnedReduction(reducer)).Reduce(clean, WorkContext.Default);
        Assert.Same(clean.Image, reduced.Image);
    }

    // Networks with weights that were not trained go far below air.
    [Theory]
    [InlineData("cGAN-CT")]
    [InlineData("RDN-CT")]
    [InlineData("DuDoNet")]
    [InlineData("IE-Net")]
    public void A_network_s_image_is_no_darker_than_air_or_what_it_saw(string method)
    {
        var architecture = ReducerArchitecture.Of(method, width: 4, blocks: 1, layers: 2);
        var network = architecture.Create(NetworkCases.Tiny, CPU);
        NetworkCases.Scatter(network, seed: 3);
        using var model = new ReducerModel(architecture, new Tomograph(NetworkCases.Tiny), network, CPU);
        var scan = Measured(NetworkCases.Tiny);
        var values = model.Restore(scan, WorkContext.Default).Values;
        var least = method is "cGAN-CT" or "RDN-CT" ? 0 : new LinearInterpolation().Reduce(scan, WorkContext.Default).Image.Values.Min();
        Assert.Equal(least, values.Min(), 1e-5f);
        Assert.True(values.Max() > 0.1f);
    }

    [Fact]
    public void CNNMAR_completes_the_sinogram_by_its_tissue_prior()
    {
        var scan = Measured(NetworkCases.Tiny);
        using var reducer = Fresh("CNNMAR");
        var reduced = new LearnedReduction(reducer).Reduce(scan, WorkContext.Default);
        Assert.NotNull(reduced.Sinogram);
        AssertNear(scan.Tomograph.Reconstruct(reduced.Sinogram, WorkContext.Default), reduced.Image, 1e-6f);
    }

    [Fact]
    public void The_tissue_prior_flattens_water_and_keeps_bone()
    {
        const int size = 32;
        var image = new SliceImage(size, size);
        for (var i = 0; i < image.Values.Length; i++)
        {
            var (row, column) = (i / size, i % size);
            var isBone = row is > 20 and < 26 && column is > 12 and < 20;
            var isBody = row is > 3 and < 28 && column is > 3 and < 28;
            image.Values[i] = isBone ? 0.35f : isBody ? 0.19f + (0.002f * ((row + column) % 3)) : 0.001f;
        }

        var metal = new MetalMask(Enumerable.Range(0, size * size).Select(i => i is (10 * size) + 10 or (10 * size) + 11).ToArray(), size, size);
        var prior = NetworkPrior.Of(image, metal, WorkContext.Default);
        Assert.Equal(0, prior[0, 0]);
        Assert.Equal(0.35f, prior[23, 16]);
        Assert.Equal(prior[13, 16], prior[14, 14], 1e-6f);
        Assert.InRange(prior[13, 16], 0.19f, 0.194f);
        Assert.InRange(prior[10, 10], 0.19f, 0.194f);
    }

    [Fact]
    public void A_correction_of_beam_hardening_takes_what_is_not_linear()
    {
        var scan = Scan(NetworkCases.Tiny, [(16, 12), (16, 13), (17, 12), (17, 13), (15, 20)]);
        var chords = scan.Tomograph.Project(scan.Metal.ToImage(), WorkContext.Default).Values;
        var interpolated = LinearInterpolation.Interpolate(scan.Sinogram, scan.Trace);
        var hardened = new Sinogram((float[])interpolated.Values.Clone(), scan.Sinogram.Geometry);
        for (var i = 0; i < chords.Length; i++)
        {
            if (scan.Trace.Values[i]) hardened.Values[i] += (3 * chords[i]) - (0.8f * chords[i] * chords[i]);
        }

        var measured = new CorruptedScan(scan.Tomograph, hardened, scan.Image, scan.Metal, scan.Trace);
        var corrected = BeamHardeningCorrection.Apply(measured, interpolated, WorkContext.Default);
        for (var i = 0; i < chords.Length; i++)
        {
            var expected = scan.Trace.Values[i] ? interpolated.Values[i] + (3 * chords[i]) : hardened.Values[i];
            Assert.Equal(expected, corrected.Values[i], 1e-3f);
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(32)]
    [InlineData(80)]
    public void Resampling_keeps_a_constant_and_the_mean(int size)
    {
        var flat = new SliceImage(Enumerable.Repeat(0.2f, 32 * 32).ToArray(), 32, 32);
        Assert.All(SliceResampling.To(flat, size, WorkContext.Default).Values, value => Assert.Equal(0.2f, value, 1e-6f));
        var ramp = new SliceImage(Enumerable.Range(0, 32 * 32).Select(i => (float)(i % 32)).ToArray(), 32, 32);
        Assert.Equal(15.5f, SliceResampling.To(ramp, size, WorkContext.Default).Values.Average(), 0.01f);
        if (size == 32) Assert.Same(ramp, SliceResampling.To(ramp, size, WorkContext.Default));
    }

    [Fact]
    public void Metal_smaller_than_a_coarse_pixel_is_not_lost()
    {
        var values = new bool[128 * 128];
        values[(60 * 128) + 60] = true;
        var small = SliceResampling.To(new MetalMask(values, 128, 128), 16, leastShare: 0.1, WorkContext.Default);
        Assert.True(small[7, 7]);
    }

    [Fact]
    public void A_model_comes_back_as_it_was_written()
    {
        using var reducer = Fresh("RDN-CT");
        Assert.Equal("RDN-CT", reducer.Method);
        Assert.Equal(NetworkCases.Tiny, reducer.Geometry);
        Assert.Equal(64, reducer.Sha256.Length);
        Assert.Contains("blocks 1 layers 2", reducer.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind", "classifier", "ReducerModelInvalid")]
    [InlineData("version", "2", "ReducerModelInvalid")]
    [InlineData("width", "-1", "ReducerModelInvalid")]
    [InlineData("width", "99999", "ReducerModelInvalid")]
    [InlineData("width", "3", "ModelStateMismatch")]
    [InlineData("configuration", "Q", "ReducerModelInvalid")]
    [InlineData("configuration", "F", "ModelStateMismatch")]
    [InlineData("geometry", "{}", "GeometryInvalid")]
    [InlineData("geometry", "", "GeometryInvalid")]
    public void Another_file_is_refused(string key, string value, string id)
    {
        Fresh("DuDoNet").Dispose();
        var archive = SafetensorsFile.Read(_folder["DuDoNet.safetensors"], WorkContext.Default);
        archive.Metadata[key] = value;
        SafetensorsFile.Write(_folder["other.safetensors"], archive, overwrite: true);
        var fault = Assert.Throws<InputException>(() => LearnedReducer.Load(_folder["other.safetensors"], WorkContext.Default));
        Assert.Equal(id, fault.ErrorId);
        Assert.Contains("other.safetensors", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_that_is_NaN_is_refused()
    {
        using var network = ReducerArchitecture.Of("CNNMAR").Create(NetworkCases.Tiny, CPU);
        using (no_grad()) network.parameters().First().fill_(HeldScalar.Held(double.NaN));
        ReducerFile.Save(_folder["nan.safetensors"], network, ReducerArchitecture.Of("CNNMAR"), NetworkCases.Tiny, [], overwrite: false);
        Assert.Equal(
            "ModelNotFinite", Assert.Throws<InputException>(() => LearnedReducer.Load(_folder["nan.safetensors"], WorkContext.Default)).ErrorId);
    }

    [Theory]
    [InlineData("nowhere.safetensors", "ModelNotFound")]
    [InlineData("text.txt", "ModelFormatUnknown")]
    [InlineData("text.npz", "NpzInvalid")]
    public void What_is_no_model_is_refused(string name, string id)
    {
        File.WriteAllText(_folder["text.txt"], "no model");
        File.WriteAllText(_folder["text.npz"], "no model");
        Assert.Equal(id, Assert.Throws<InputException>(() => LearnedReducer.Load(_folder[name], WorkContext.Default)).ErrorId);
    }

    [Fact]
    public void Each_learned_method_needs_a_model_of_its_own()
    {
        Fresh("RDN-CT").Dispose();
        var rdn = _folder["RDN-CT.safetensors"];
        Assert.Equal("ModelRequired", Fault(["CNNMAR"], []));
        Assert.Equal("ModelMethodMismatch", Fault(["NMAR"], [rdn]));
        Assert.Equal("ModelTwice", Fault(["rdn-ct"], [rdn, rdn]));
        using var found = LearnedReducers.Load(["rdn-ct", "NMAR"], [rdn], mixed: false, WorkContext.Default);
        Assert.NotNull(found.Of("RDN-CT"));
        Assert.Null(found.Of("NMAR"));

        static string Fault(string[] methods, string[] paths) =>
            Assert.Throws<InputException>(() => LearnedReducers.Load(methods, paths, mixed: false, WorkContext.Default)).ErrorId;
    }

    // Configurations A to C of DuDoNet are single networks with names of their own.
    [Theory]
    [InlineData("SE-Net0")]
    [InlineData("SE-Net")]
    [InlineData("IE-Net")]
    public void A_configuration_of_DuDoNet_is_used_under_its_own_name_and_under_that_of_DuDoNet(string name)
    {
        Fresh(name).Dispose();
        var path = _folder[name + ".safetensors"];
        foreach (var method in new[] { name, "dudonet" })
        {
            using var found = LearnedReducers.Load([method], [path], mixed: false, WorkContext.Default);
            Assert.Equal(path, found.Of(method)!.Source);
        }

        using var both = LearnedReducers.Load(["DuDoNet", name], [path], mixed: false, WorkContext.Default);
        Assert.Equal(path, both.Of(name)!.Source);
        Assert.NotEqual(path, both.Of("DuDoNet")!.Source);
    }

    // On a body that it was not trained on, nearer to the truth than the interpolation that it begins with.
    [Fact]
    public void The_module_s_own_network_is_better_than_interpolation()
    {
        using var found = LearnedReducers.Load(["dudonet"], [], mixed: false, WorkContext.Default);
        var own = found.Of("DuDoNet")!;
        Assert.Equal(ScanPresets.Find("reduced-128"), own.Geometry);
        Assert.Contains(own.Sha256, File.ReadAllText(Repository.Path("module", "Tomography", "Networks", "Models", "dudonet-128.md")), StringComparison.Ordinal);
        var factory = new ExampleFactory(own.Geometry, slices: null, phantomShare: 1, new ArtifactSimulationOptions(), isCorrected: false);
        using var faster = LearnedReducers.Load(["dudonet"], [], mixed: true, WorkContext.Default);
        Assert.NotEqual(own.Description, faster.Of("DuDoNet")!.Description);
        var (li, network, mixed) = (0.0, 0.0, 0.0);
        foreach (var example in factory.Make([0, 1, 2, 3], new SeededRandom(77L), WorkContext.Default))
        {
            var truth = RestorationInput.ToImage(example.Image, 128);
            li += ImageQuality.Measure(RestorationInput.ToImage(example.Input.Interpolated, 128), truth, example.Metal).PsnrWindow / 4;
            network += ImageQuality.Measure(own.Model.Restore(example.Input), truth, example.Metal).PsnrWindow / 4;
            mixed += ImageQuality.Measure(faster.Of("DuDoNet")!.Model.Restore(example.Input), truth, example.Metal).PsnrWindow / 4;
        }

        Assert.True(network > li + 0.5, $"{network} against {li} dB");
        Assert.Equal(network, mixed, 0.1);
    }

    private LearnedReducer Fresh(string method)
    {
        var architecture = ReducerArchitecture.Of(method, width: 2, blocks: 1, layers: 2);
        using var network = architecture.Create(NetworkCases.Tiny, CPU);
        using var generator = new Generator(5, CPU);
        network.Initialise(generator);
        var path = _folder[method + ".safetensors"];
        ReducerFile.Save(path, network, architecture, NetworkCases.Tiny, [], overwrite: true);
        return LearnedReducer.Load(path, WorkContext.Default);
    }

    private static CorruptedScan Measured(ScanGeometry geometry) =>
        Scan(geometry, [(geometry.ImageSize / 2, geometry.ImageSize / 3), (geometry.ImageSize / 2, (geometry.ImageSize / 3) + 1)]);

    private static CorruptedScan Scan(ScanGeometry geometry, (int Row, int Column)[] metal)
    {
        var size = geometry.ImageSize;
        var image = TorsoPhantom.Draw(15.36, new SeededRandom(3L)).Rasterise(geometry, WorkContext.Default);
        var values = new bool[size * size];
        foreach (var (row, column) in metal)
        {
            values[(row * size) + column] = true;
            image.Values[(row * size) + column] = 1.5f;
        }

        return CorruptedScan.FromImage(image, new Tomograph(geometry), new MetalMask(values, size, size), padding: null, WorkContext.Default);
    }

    private static double Roughness(SliceImage image)
    {
        var sum = 0.0;
        for (var i = 1; i < image.Values.Length; i++) sum += Math.Abs(image.Values[i] - image.Values[i - 1]);
        return sum;
    }

    private static void AssertNear(SliceImage expected, SliceImage actual, float tolerance)
    {
        for (var i = 0; i < expected.Values.Length; i++) Assert.Equal(expected.Values[i], actual.Values[i], tolerance);
    }
}
