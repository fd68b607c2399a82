using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// <see cref="ForwardProjection{T}"/> by tensor operations, some rays at a time. Its adjoint adds by index: on a GPU the
/// order of those sums, and so their last digits, may change from run to run.
/// </summary>
internal sealed class TensorProjection : ITensorOperator
{
    private const long ChunkElements = 4L << 20;

    private readonly ScanGeometry _geometry;
    private readonly TensorTable _offset;
    private readonly TensorTable _slope;
    private readonly TensorTable _step;
    private readonly TensorTable _plane;

    public TensorProjection(ScanGeometry geometry)
    {
        _geometry = geometry;
        var rays = new JosephRays<double>(geometry);
        _offset = Table(rays.Offset);
        _slope = Table(rays.Slope);
        _step = Table(rays.Step);
        _plane = Table(Array.ConvertAll(rays.Transposed, turned => turned ? 1.0 : 0));
    }

    private int Size => _geometry.ImageSize;

    private int Pitch => Size + 3;

    public Tensor Apply(Tensor input)
    {
        using var scope = NewDisposeScope();
        var image = input.view(-1, Size, Size);
        var batch = image.shape[0];
        var planes = nn.functional.pad(cat([image, image.transpose(1, 2)], dim: 1), [1, 2]).reshape(batch, -1);
        var parts = new List<Tensor>();
        foreach (var (first, count) in Chunks(batch))
        {
            using var step = NewDisposeScope();
            var (index, share) = Crossings(first, count, input);
            var here = planes.index_select(1, index.view(-1)).view(batch, count, Size);
            var next = planes.index_select(1, index.Plus(Held(1)).view(-1)).view(batch, count, Size);
            var sums = here.Plus(share * (next - here)).sum(-1L);
            parts.Add((sums * Of(_step, first, count, input).view(1, -1).to(input.dtype)).MoveToOuterDisposeScope());
        }

        return cat(parts, dim: 1).MoveToOuterDisposeScope();
    }

    public Tensor ApplyAdjoint(Tensor output)
    {
        using var scope = NewDisposeScope();
        var batch = output.shape[0];
        var planes = zeros(batch, 2L * Size * Pitch, dtype: output.dtype, device: output.device);
        foreach (var (first, count) in Chunks(batch))
        {
            using var step = NewDisposeScope();
            var (index, share) = Crossings(first, count, output);
            var values = output.narrow(1, first, count) * Of(_step, first, count, output).view(1, -1).to(output.dtype);
            var right = values.unsqueeze(-1) * share;
            planes.index_add_(1, index.view(-1), (values.unsqueeze(-1) - right).view(batch, -1), Held(1));
            planes.index_add_(1, index.Plus(Held(1)).view(-1), right.view(batch, -1), Held(1));
        }

        var both = planes.view(batch, 2, Size, Pitch).narrow(3, 1, Size);
        return both.select(1, 0).Plus(both.select(1, 1).transpose(1, 2)).reshape(batch, -1).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var table in new[] { _offset, _slope, _step, _plane }) table.Dispose();
    }

    // Where rays cross the rows of their planes: the flat index of the pixel to the left, and the share of the next.
    private (Tensor Index, Tensor Share) Crossings(int first, int count, Tensor like)
    {
        var rows = arange(Held(0), Held(Size), Held(1), dtype: ScalarType.Float64, device: like.device).view(1, -1);
        var place = Of(_offset, first, count, like).Plus(Of(_slope, first, count, like) * rows)
            .clamp_(Held(0), Held(Size + 1));
        var left = place.floor();
        var index = Of(_plane, first, count, like).mul(Held(Size)).Plus(rows).mul(Held(Pitch)).Plus(left);
        return (index.to(ScalarType.Int64), (place - left).to(like.dtype));
    }

    private IEnumerable<(int First, int Count)> Chunks(long batch)
    {
        var most = (int)Math.Clamp(ChunkElements / Math.Max(1, batch * Size), 1, _geometry.SinogramLength);
        for (var first = 0; first < _geometry.SinogramLength; first += most)
        {
            yield return (first, Math.Min(most, _geometry.SinogramLength - first));
        }
    }

    private TensorTable Table(double[] values) => new(values, _geometry.SinogramLength, 1);

    private static Tensor Of(TensorTable table, int first, int count, Tensor like) =>
        table.In(ScalarType.Float64, like.device).narrow(0, first, count);
}
