using System.Numerics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Line integrals by Joseph's method (1982): a ray steps through the rows, or the columns where it runs mostly along x,
/// and each adds the linear interpolation of its two nearest pixels times the length of the ray in it. Image
/// [N, N] in 1/cm to sinogram [views, bins]; outside the image is 0. The adjoint spreads each value over the same
/// pixels with the same weights; its threads own rows of the image, so that none writes where another does.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed unsafe class ForwardProjection<T> : LinearOperator<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int BlockRows = 16;
    private const int MostViews = 8;
    private const int BlocksPerThread = 4;

    private readonly ScanGeometry _geometry;
    private readonly KernelPath _path;
    private readonly int _size;

    // Where vectors of sixteen rays are summed, and the scan has them.
    private readonly QuarterTurns? _turns;

    // What the adjoint needs to gather; made when it is first asked for.
    private readonly Lazy<JosephSegments?> _segments;

    /// <summary>Creates the operator of a geometry.</summary>
    public ForwardProjection(ScanGeometry geometry)
        : this(geometry, KernelPaths.Widest)
    {
    }

    internal ForwardProjection(ScanGeometry geometry, KernelPath path)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        _geometry = geometry;
        _path = typeof(T) == typeof(float) ? path : KernelPath.Scalar;
        _size = geometry.ImageSize;
        Rays = new JosephRays<T>(geometry);
        if (_path == KernelPath.Vector512 && JosephTurnsKernel512.Fits(_size)) _turns = QuarterTurns.Of(geometry);
        _segments = new Lazy<JosephSegments?>(Segments);
    }

    /// <inheritdoc/>
    public override int InputLength => _geometry.ImageLength;

    /// <inheritdoc/>
    public override int OutputLength => _geometry.SinogramLength;

    internal JosephRays<T> Rays { get; }

    private JosephRays<float> SingleRays => (JosephRays<float>)(object)Rays;

    private protected override void ApplyOne(T* input, T* output, WorkContext work) => Project(input, output, null, work);

    private void Project(T* input, T* output, bool[]? wanted, WorkContext work)
    {
        using var scratch = new Scratch<T>(ProjectionPlanes<T>.LengthOf(_size));
        fixed (T* buffer = scratch.Values)
        {
            var planes = new ProjectionPlanes<T>(buffer, _size);
            var box = planes.Fill(input, work);
            if (_turns is not null) box = box.Turned(_size);
            var views = _turns?.Views ?? _geometry.Views;
            var height = Math.Clamp(views / (BlocksPerThread * work.Threads), 1, MostViews);
            Parallel.For(0, (views + height - 1) / height, work.Parallel, block => ProjectViews(
                planes, box, block * height, Math.Min(views, (block + 1) * height), wanted, output));
        }
    }

    internal override void ApplyWhere(T* input, bool[] wanted, T* output, WorkContext work)
    {
        new Span<T>(output, OutputLength).Clear();
        Project(input, output, wanted, work);
    }

    private protected override void ApplyAdjointOne(T* output, T* input, WorkContext work)
    {
        using var scratch = new Scratch<T>(ProjectionPlanes<T>.LengthOf(_size));
        fixed (T* buffer = scratch.Values)
        {
            var planes = new ProjectionPlanes<T>(buffer, _size);
            if (_segments.Value is { } segments) Gather(segments, (float*)output, planes, work);
            else Spread(output, planes, work);
            planes.Sum(input, work);
        }
    }

    private JosephSegments? Segments()
    {
        if (_path != KernelPath.Vector512) return null;
        var count = (_turns?.Views ?? _geometry.Views) * _geometry.Bins;
        var segments = new JosephSegments(SingleRays, count, _geometry.Bins, _size, WorkContext.Default);
        return segments.Fit ? segments : null;
    }

    private void Gather(JosephSegments segments, float* sinogram, ProjectionPlanes<T> planes, WorkContext work)
    {
        const int height = JosephSegments.TileRows;
        using var scratch = new Scratch<float>((_turns is null ? 1 : QuarterTurns.Count) * segments.Length);
        fixed (float* buffer = scratch.Values)
        {
            var values = buffer;
            int[] turned = _turns is { } turns
                ? [.. Enumerable.Range(0, QuarterTurns.Count).Select(quarters => turns.ViewsAfter(quarters) * _geometry.Bins)]
                : [0];
            segments.Order(SingleRays, sinogram, turned, values, work);
            if (_turns is not null)
            {
                Parallel.For(0, _size / (2 * height), work.Parallel, block =>
                    JosephTurnsKernel512.Gather(segments, values, planes.As<float>(), _size, block * height, work));
            }
            else
            {
                ForEachBlock(height, work, (transposed, first) => JosephAdjointKernel512.Gather(
                    segments, values, transposed, (float*)planes.Plane(transposed), _size, planes.Pitch, first, work));
            }
        }
    }

    private void Spread(T* sinogram, ProjectionPlanes<T> planes, WorkContext work)
    {
        if (_path == KernelPath.Scalar)
        {
            ForEachBlock(BlockRows, work, (transposed, first) =>
                Spread(sinogram, planes.Plane(transposed), planes.Pitch, transposed, first, work));
            return;
        }

        var rays = SingleRays;
        ForEachBlock(JosephAdjointKernel.Rows(_path), work, (transposed, first) => JosephAdjointKernel.Spread(
            rays, (float*)sinogram, _geometry.Bins, transposed, (float*)planes.Plane(transposed), _size, planes.Pitch, first,
            _path, work));
    }

    // Blocks of rows of both planes; no two write to one row.
    private void ForEachBlock(int height, WorkContext work, Action<bool, int> run)
    {
        var blocks = (_size + height - 1) / height;
        Parallel.For(0, 2 * blocks, work.Parallel, block => run(block >= blocks, block % blocks * height));
    }

    // The same bins of neighbouring views go through the same strip of the image, which is near in memory then.
    private void ProjectViews(in ProjectionPlanes<T> planes, in PixelBox box, int view, int end, bool[]? wanted, T* sums)
    {
        var bins = _geometry.Bins;
        for (var start = 0; start < bins; start += JosephGroup.Lanes)
        {
            var count = Math.Min(JosephGroup.Lanes, bins);
            var bin = Math.Min(start, bins - count);
            for (var at = view; at < end; at++)
            {
                var ray = (at * bins) + bin;
                if (_turns is { } turns) ProjectTurns(planes, box, turns, ray, count, wanted, sums);
                else if (IsWanted(wanted, ray, count)) ProjectGroup(planes, box, ray, count, sums);
            }
        }
    }

    private static bool IsWanted(bool[]? wanted, int ray, int count) => wanted is null || wanted.AsSpan(ray, count).Contains(true);

    // A last group that would run over is moved back; it computes some rays twice, to the same bytes.
    private void ProjectGroup(in ProjectionPlanes<T> planes, in PixelBox box, int first, int count, T* sums)
    {
        if (_path == KernelPath.Scalar)
        {
            for (var ray = first; ray < first + count; ray++) sums[ray] = RaySum(planes, box, ray);
            return;
        }

        if (_path == KernelPath.Vector512 && count == JosephGroup.Lanes
            && JosephGroup.TryCreate(SingleRays, first, box, _size, out var group))
        {
            JosephKernel512.Sum(planes.As<float>(), _size, group, 0, (float*)sums + first);
        }
        else JosephKernel256.Project(planes.As<float>(), box, _size, SingleRays, first, count, (float*)sums);
    }

    // A group of the first quarter's rays and what they become.
    private void ProjectTurns(
        in ProjectionPlanes<T> planes, in PixelBox box, QuarterTurns turns, int first, int count, bool[]? wanted, T* sums)
    {
        var apart = turns.Views * _geometry.Bins;
        JosephGroup group = default;
        var isGroup = count == JosephGroup.Lanes && JosephGroup.TryCreate(SingleRays, first, box, _size, out group);
        if (isGroup && wanted is null)
        {
            var target = (float*)sums + first;
            JosephKernel512.SumTurns(
                planes.As<float>(), _size, group, target, target + (turns.Turned(1) * apart), target + (2 * apart), target + (turns.Turned(3) * apart));
            return;
        }

        for (var k = 0; k < QuarterTurns.Count; k++)
        {
            var ray = first + (k * apart);
            if (!IsWanted(wanted, ray, count)) continue;
            if (isGroup) JosephKernel512.Sum(planes.As<float>(), _size, group, turns.Turned(k), (float*)sums + ray);
            else JosephKernel256.Project(planes.As<float>(), box, _size, SingleRays, ray, count, (float*)sums);
        }
    }

    private T RaySum(in ProjectionPlanes<T> planes, in PixelBox box, int ray)
    {
        var (offset, slope) = Rays.Line(ray);
        var last = T.CreateTruncating(_size + 1);
        var transposed = Rays.Transposed[ray];
        var (row, end) = JosephRays<T>.Rows((offset, slope), (offset, slope), transposed ? box.Transposed : box);
        var values = planes.Plane(transposed) + (row * planes.Pitch);
        var sum = T.Zero;
        for (; row < end; row++, values += planes.Pitch)
        {
            var place = T.Clamp(T.FusedMultiplyAdd(T.CreateTruncating(row), slope, offset), T.Zero, last);
            var left = int.CreateTruncating(place);
            var share = place - T.CreateTruncating(left);
            sum += T.FusedMultiplyAdd(share, values[left + 1] - values[left], values[left]);
        }

        return sum * Rays.Step[ray];
    }

    // The adjoint of RaySum, for the rays of a plane and the rows of a block.
    private void Spread(T* sinogram, T* plane, int pitch, bool transposed, int first, WorkContext work)
    {
        var end = Math.Min(_size, first + BlockRows);
        new Span<T>(plane + (first * pitch), (end - first) * pitch).Clear();
        var last = T.CreateTruncating(_size + 1);
        for (var ray = 0; ray < _geometry.SinogramLength; ray++)
        {
            if (ray % _geometry.Bins == 0) work.ThrowIfCancelled();
            if (Rays.Transposed[ray] != transposed) continue;
            var value = sinogram[ray] * Rays.Step[ray];
            if (value == T.Zero) continue;
            var (offset, slope) = Rays.Line(ray);
            var values = plane + (first * pitch);
            for (var row = first; row < end; row++, values += pitch)
            {
                var place = T.Clamp(T.FusedMultiplyAdd(T.CreateTruncating(row), slope, offset), T.Zero, last);
                var left = int.CreateTruncating(place);
                var right = (place - T.CreateTruncating(left)) * value;
                values[left] += value - right;
                values[left + 1] += right;
            }
        }
    }
}
