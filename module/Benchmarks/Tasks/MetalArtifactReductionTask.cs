namespace Thesis.Engine.Benchmarks;

/// <summary>
/// Reducing metal artifacts: <c>New-MetalArtifact</c>, <c>Invoke-MetalArtifactReduction</c> and
/// <c>Measure-ImageQuality</c>. Every clean slice is given every metal.
/// </summary>
internal static class MetalArtifactReductionTask
{
    public static BenchmarkTask Definition { get; } = new()
    {
        Name = "metal-artifact-reduction",
        Files = [new("images"), new("masks")],
        Protocols = ["torso-64", "torso-128", "torso-416"],
        DatasetParameters = new Dictionary<string, ParameterKind>
        {
            ["Geometry"] = ParameterKind.Text,
            ["Unit"] = ParameterKind.Text,
            ["Material"] = ParameterKind.Text,
            ["Photons"] = ParameterKind.Number,
            ["ResampleMask"] = ParameterKind.Flag,
        },
        Methods = ["LI", "NMAR", "FSNMAR", "TV", "None"],
        Parameters = new Dictionary<string, ParameterKind>
        {
            ["Lambda"] = ParameterKind.Number,
            ["Iterations"] = ParameterKind.Integer,
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
