using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// <see cref="Backprojection{T}"/> by tensor operations, some views at a time. The adjoint gathers, as its CPU kernel
/// does, so that a GPU's sums have one order.
/// </summary>
internal sealed class TensorBackprojection : ITensorOperator
{
    // Elements of the largest index tensor; a few of them live at once.
    private const long ChunkElements = 4L << 20;

    private readonly ScanGeometry _geometry;
    private readonly ParallelViews _views;
    private readonly TensorTable _across;
    private readonly TensorTable _down;
    private readonly TensorTable _base;
    private readonly TensorTable _slope;
    private readonly TensorTable _shift;
    private readonly TensorTable _plane;

    public TensorBackprojection(ScanGeometry parallel)
    {
        _geometry = parallel;
        _views = new ParallelViews(parallel);
        var transposed = Enumerable.Range(0, parallel.Views)
            .Select(v => Math.Abs(_views.Across[v]) < Math.Abs(_views.Down[v])).ToArray();
        _across = Table(_views.Across);
        _down = Table(_views.Down);
        _base = Table(_views.Base);
        _slope = Table([.. transposed.Select((turned, v) => turned ? -_views.Down[v] : _views.Across[v])]);
        _shift = Table([.. transposed.Select((turned, v) => turned ? _views.Across[v] : -_views.Down[v])]);
        _plane = Table([.. transposed.Select(turned => turned ? 1.0 : 0)]);
    }

    private int Size => _geometry.ImageSize;

    private double Weight => Math.PI / _geometry.Views;

    public Tensor Apply(Tensor input)
    {
        using var scope = NewDisposeScope();
        // A zero before the first bin and two after the last.
        var rows = nn.functional.pad(input.view(-1, _geometry.Views, _geometry.Bins), [1, 2]);
        var image = zeros(rows.shape[0], _geometry.ImageLength, dtype: input.dtype, device: input.device);
        var pixels = arange(Held(0), Held(Size), Held(1), dtype: ScalarType.Float64, device: input.device);
        foreach (var (first, count) in Chunks(rows.shape[0] * _geometry.ImageLength))
        {
            using var step = NewDisposeScope();
            var place = Of(_base, first, count, input).Plus(Of(_across, first, count, input) * pixels.view(1, 1, -1))
                - (Of(_down, first, count, input) * pixels.view(1, -1, 1));
            place = place.clamp_(Held(-1), Held(_geometry.Bins)).Plus_(Held(1)).view(1, count, -1);
            var bin = place.floor();
            var share = (place - bin).to(input.dtype);
            var index = bin.to(ScalarType.Int64).expand(rows.shape[0], -1, -1);
            var chunk = rows.narrow(1, first, count);
            var here = chunk.gather(2, index);
            var next = chunk.gather(2, index.Plus(Held(1)));
            image.Plus_(here.Plus(share * (next - here)).sum(1L));
        }

        return image.mul_(Held(Weight)).MoveToOuterDisposeScope();
    }

    public Tensor ApplyAdjoint(Tensor output)
    {
        using var scope = NewDisposeScope();
        var image = output.view(-1, Size, Size);
        // The image and its transpose, each line with a zero at both ends.
        var planes = nn.functional.pad(cat([image, image.transpose(1, 2)], dim: 1), [1, 1]);
        var batch = planes.shape[0];
        planes = planes.reshape(batch, -1);
        var parts = new List<Tensor>();
        foreach (var (first, count) in Chunks(batch * _geometry.Bins * Size))
        {
            parts.Add(GatherViews(planes, first, count, output));
        }

        return cat(parts, dim: 1).mul_(Held(Weight)).view(batch, -1).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var table in new[] { _across, _down, _base, _slope, _shift, _plane }) table.Dispose();
    }

    private Tensor GatherViews(Tensor planes, int first, int count, Tensor like)
    {
        using var scope = NewDisposeScope();
        var bins = arange(Held(0), Held(_geometry.Bins), Held(1), ScalarType.Float64, like.device).view(1, -1, 1);
        var lines = arange(Held(0), Held(Size), Held(1), ScalarType.Float64, like.device).view(1, 1, -1);
        var slope = Of(_slope, first, count, like);
        var place = (bins - Of(_base, first, count, like) - (lines * Of(_shift, first, count, like))) / slope;
        var nearest = (place - slope.abs().reciprocal()).floor();
        var row = Of(_plane, first, count, like).mul(Held(Size)).Plus(lines).mul(Held(Size + 2));
        var sum = zeros(planes.shape[0], count, _geometry.Bins, dtype: like.dtype, device: like.device);
        var candidates = Math.Floor(2 * Math.Sqrt(2) / _views.Scale) + 1;
        for (var n = 1; n <= candidates; n++)
        {
            using var step = NewDisposeScope();
            var pixel = nearest.Plus(Held(n));
            var weight = ((pixel - place).abs() * slope.abs()).neg().Plus(Held(1)).clamp_min(Held(0)).to(like.dtype);
            var index = row.Plus(pixel.Plus(Held(1)).clamp(Held(0), Held(Size + 1))).to(ScalarType.Int64).view(-1);
            var values = planes.index_select(1, index).view(planes.shape[0], count, _geometry.Bins, Size);
            sum.Plus_((values * weight).sum(-1L));
        }

        return sum.MoveToOuterDisposeScope();
    }

    private IEnumerable<(int First, int Count)> Chunks(long elementsPerView)
    {
        var most = (int)Math.Clamp(ChunkElements / Math.Max(1, elementsPerView), 1, _geometry.Views);
        for (var first = 0; first < _geometry.Views; first += most)
        {
            yield return (first, Math.Min(most, _geometry.Views - first));
        }
    }

    private TensorTable Table(double[] values) => new(values, _geometry.Views, 1, 1);

    private static Tensor Of(TensorTable table, int first, int count, Tensor like) =>
        table.In(ScalarType.Float64, like.device).narrow(0, first, count);
}
