using Thesis.Engine.Tomography;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// Reducing metal artifacts: <c>New-MetalArtifact</c>, <c>Invoke-MetalArtifactReduction</c> and
/// <c>Measure-ImageQuality</c>. Every clean slice is given every metal. A method with a network is trained by
/// <c>Build-ArtifactReducer</c> first, on the dataset's training slices or, where it has none, on drawn bodies.
/// </summary>
internal static class MetalArtifactReductionTask
{
    /// <summary>Filtered backprojection of the true sinogram: what no method of the sinogram exceeds.</summary>
    public const string Ceiling = "Ceiling";

    public static BenchmarkTask Definition { get; } = new()
    {
        Name = "metal-artifact-reduction",
        Files = [new("images"), new("masks"), new("training", Required: false) { IsList = true }],
        Protocols = ["torso-64", "torso-128", "torso-416", "anatomy-64", "anatomy-128", "anatomy-416"],
        DatasetParameters = new Dictionary<string, ParameterKind>
        {
            ["Geometry"] = ParameterKind.Text,
            ["Unit"] = ParameterKind.Text,
            ["Material"] = ParameterKind.Text,
            ["Photons"] = ParameterKind.Number,
            ["ResampleMask"] = ParameterKind.Flag,
            ["Size"] = ParameterKind.Integer,
        },
        Methods = ["LI", "NMAR", "FSNMAR", "TV", "None", Ceiling, .. ReducerArchitecture.Methods],
        Parameters = new Dictionary<string, ParameterKind>
        {
            ["Lambda"] = ParameterKind.Number,
            ["Iterations"] = ParameterKind.Integer,
            ["FullReconstruction"] = ParameterKind.Flag,
            ["Configuration"] = ParameterKind.Text,
            ["Width"] = ParameterKind.Integer,
            ["Blocks"] = ParameterKind.Integer,
            ["Layers"] = ParameterKind.Integer,
            ["PhantomShare"] = ParameterKind.Number,
            ["Epochs"] = ParameterKind.Integer,
            ["ExamplesPerEpoch"] = ParameterKind.Integer,
            ["BatchSize"] = ParameterKind.Integer,
            ["PatchSize"] = ParameterKind.Integer,
            ["ValidationCount"] = ParameterKind.Integer,
            ["LearningRate"] = ParameterKind.Number,
            ["HalvingEpochs"] = ParameterKind.Integer,
            ["MixedPrecision"] = ParameterKind.Flag,
            ["ThreadCount"] = ParameterKind.Integer,
            ["Device"] = ParameterKind.Text,
        },
        Metrics =
        [
            new("psnr_window", "dB"),
            new("ssim_window", "1"),
            new("psnr_full", "dB"),
            new("ssim_full", "1"),
            new("rmse_hu", "HU"),
            new("aapm_mean", "1"),
            new("aapm_accuracy", "1"),
            new("aapm_noise", "1"),
            new("aapm_sharpness", "1"),
            new("aapm_streaks", "1"),
            new("aapm_similarity", "1"),
            new("aapm_bone", "1"),
            new("aapm_metal", "1"),
            new("aapm_range", "1"),
            new("tissue_drift_hu", "HU"),
            new("bone_drift_hu", "HU"),
            new("noise_ratio", "1"),
            new("edge_ratio", "1"),
            new("residual", "1"),
            new("seconds_per_slice", "s"),
        ],
    };
}
