using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary><see cref="BinFilter{T}"/> as a product with the symmetric Toeplitz matrix of the taps.</summary>
internal sealed class TensorFilter : ITensorOperator
{
    private readonly TensorTable _matrix;
    private readonly int _views;
    private readonly int _bins;

    public TensorFilter(int views, IReadOnlyList<double> taps)
    {
        (_views, _bins) = (views, taps.Count);
        var values = new double[_bins * _bins];
        for (var i = 0; i < _bins; i++)
        {
            for (var j = 0; j < _bins; j++) values[(i * _bins) + j] = taps[Math.Abs(i - j)];
        }

        _matrix = new TensorTable(values, _bins, _bins);
    }

    public Tensor Apply(Tensor input)
    {
        using var scope = NewDisposeScope();
        var rows = input.view(-1, _views, _bins);
        return rows.matmul(_matrix.For(rows)).view(-1, _views * _bins).MoveToOuterDisposeScope();
    }

    public Tensor ApplyAdjoint(Tensor output) => Apply(output);

    public void Dispose() => _matrix.Dispose();
}
