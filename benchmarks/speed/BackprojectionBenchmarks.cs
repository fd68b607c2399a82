using BenchmarkDotNet.Attributes;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Speed;

/// <summary>The operators of the dissertation's scan (416 x 416 pixels, 320 views x 321 bins) on one thread.</summary>
[MemoryDiagnoser]
public class BackprojectionBenchmarks
{
    private static readonly WorkContext OneThread = new() { Threads = 1 };

    private LinearOperator<float> _rebinning = null!;
    private LinearOperator<float> _backprojection = null!;
    private LinearOperator<float> _projection = null!;
    private LinearOperator<float> _inversion = null!;
    private float[] _sinogram = [];
    private float[] _parallel = [];
    private float[] _image = [];

    /// <summary>The instructions of the kernels; a machine without them runs what it has.</summary>
    [Params("Scalar", "Vector256", "Vector512")]
    public string Path { get; set; } = "";

    /// <summary>Makes the operators.</summary>
    [GlobalSetup]
    public void Create()
    {
        var geometry = ScanPresets.Dissertation;
        var path = (KernelPath)Math.Min((int)Enum.Parse<KernelPath>(Path), (int)KernelPaths.Widest);
        var rebinning = new ParallelRebinning<float>(geometry, new ReconstructionOptions());
        _rebinning = rebinning;
        _backprojection = new Backprojection<float>(rebinning.ParallelGeometry, path);
        _projection = new ForwardProjection<float>(geometry, path);
        _inversion = FilteredBackprojection.Create<float>(geometry, new ReconstructionOptions());
        _image = SheppLogan.Create(7.68).Rasterise(geometry, WorkContext.Default).Values;
        _sinogram = SheppLogan.Create(7.68).LineIntegrals(geometry, WorkContext.Default).Values;
        _parallel = new float[_rebinning.OutputLength];
        _rebinning.Apply(_sinogram, _parallel, OneThread);
    }

    /// <summary>Fan to parallel.</summary>
    [Benchmark]
    public void Rebin() => _rebinning.Apply(_sinogram, _parallel, OneThread);

    /// <summary>320 parallel views of 641 bins to the image.</summary>
    [Benchmark(Baseline = true)]
    public void Backproject() => _backprojection.Apply(_parallel, _image, OneThread);

    /// <summary>The adjoint.</summary>
    [Benchmark]
    public void BackprojectAdjoint() => _backprojection.ApplyAdjoint(_image, _parallel, OneThread);

    /// <summary>Joseph's projection.</summary>
    [Benchmark]
    public void Project() => _projection.Apply(_image, _sinogram, OneThread);

    /// <summary>The adjoint.</summary>
    [Benchmark]
    public void ProjectAdjoint() => _projection.ApplyAdjoint(_sinogram, _image, OneThread);

    /// <summary>Sinogram to image, by the fastest kernels.</summary>
    [Benchmark]
    public void Reconstruct() => _inversion.Apply(_sinogram, _image, OneThread);
}
