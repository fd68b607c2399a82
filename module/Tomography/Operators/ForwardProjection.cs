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

    private readonly ScanGeometry _geometry;
    private readonly KernelPath _path;
    private readonly int _size;
    private readonly int _pitch;

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
        // A row of zeros' worth at each end, so that the neighbours of every crossing exist.
        _pitch = _size + 3;
        Rays = new JosephRays<T>(geometry);
    }

    /// <inheritdoc/>
    public override int InputLength => _geometry.ImageLength;

    /// <inheritdoc/>
    public override int OutputLength => _geometry.SinogramLength;

    internal JosephRays<T> Rays { get; }

    private int PlaneLength => _size * _pitch;

    private protected override void ApplyOne(T* input, T* output, WorkContext work)
    {
        using var scratch = new Scratch<T>(2 * PlaneLength);
        fixed (T* buffer = scratch.Values)
        {
            var planes = buffer;
            FillPlanes(input, planes, work);
            Parallel.For(0, _geometry.Views, work.Parallel, view =>
            {
                var first = view * _geometry.Bins;
                if (_path == KernelPath.Scalar) ProjectView(planes, first, output);
                else
                {
                    JosephKernel256.ProjectView(
                        (float*)planes, _size, _pitch, (JosephRays<float>)(object)Rays, first, _geometry.Bins, (float*)output);
                }
            });
        }
    }

    private protected override void ApplyAdjointOne(T* output, T* input, WorkContext work)
    {
        using var scratch = new Scratch<T>(2 * PlaneLength);
        fixed (T* buffer = scratch.Values)
        {
            var planes = buffer;
            var height = _path == KernelPath.Scalar ? BlockRows : JosephAdjointKernel.Rows(_path);
            var blocks = (_size + height - 1) / height;
            Parallel.For(0, 2 * blocks, work.Parallel, block =>
            {
                var transposed = block >= blocks;
                var first = (block % blocks) * height;
                var plane = planes + (transposed ? PlaneLength : 0);
                if (_path == KernelPath.Scalar) Spread(output, plane, transposed, first, work);
                else
                {
                    JosephAdjointKernel.Spread(
                        (JosephRays<float>)(object)Rays, (float*)output, _geometry.Bins, transposed, (float*)plane, _size,
                        _pitch, first, _path, work);
                }
            });
            AddPlanes(planes, input, work);
        }
    }

    private void ProjectView(T* planes, int first, T* sums)
    {
        for (var ray = first; ray < first + _geometry.Bins; ray++) sums[ray] = RaySum(planes, ray);
    }

    private T RaySum(T* planes, int ray)
    {
        var (offset, slope) = (Rays.Offset[ray], Rays.Slope[ray]);
        var last = T.CreateTruncating(_size + 1);
        var (row, end) = Rays.Rows(ray, _size);
        var values = planes + (Rays.Transposed[ray] ? PlaneLength : 0) + (row * _pitch);
        var sum = T.Zero;
        for (; row < end; row++, values += _pitch)
        {
            var place = T.Clamp(T.FusedMultiplyAdd(T.CreateTruncating(row), slope, offset), T.Zero, last);
            var left = int.CreateTruncating(place);
            var share = place - T.CreateTruncating(left);
            sum += T.FusedMultiplyAdd(share, values[left + 1] - values[left], values[left]);
        }

        return sum * Rays.Step[ray];
    }

    // The adjoint of RaySum, for the rays of a plane and the rows of a block.
    private void Spread(T* sinogram, T* plane, bool transposed, int first, WorkContext work)
    {
        var end = Math.Min(_size, first + BlockRows);
        new Span<T>(plane + (first * _pitch), (end - first) * _pitch).Clear();
        var last = T.CreateTruncating(_size + 1);
        for (var ray = 0; ray < _geometry.SinogramLength; ray++)
        {
            if (ray % _geometry.Bins == 0) work.ThrowIfCancelled();
            if (Rays.Transposed[ray] != transposed) continue;
            var value = sinogram[ray] * Rays.Step[ray];
            if (value == T.Zero) continue;
            var (offset, slope) = (Rays.Offset[ray], Rays.Slope[ray]);
            var values = plane + (first * _pitch);
            for (var row = first; row < end; row++, values += _pitch)
            {
                var place = T.Clamp(T.FusedMultiplyAdd(T.CreateTruncating(row), slope, offset), T.Zero, last);
                var left = int.CreateTruncating(place);
                var right = (place - T.CreateTruncating(left)) * value;
                values[left] += value - right;
                values[left + 1] += right;
            }
        }
    }

    private void FillPlanes(T* image, T* planes, WorkContext work)
    {
        var transposed = planes + PlaneLength;
        Parallel.For(0, (_size + BlockRows - 1) / BlockRows, work.Parallel, block =>
        {
            var (first, end) = (block * BlockRows, Math.Min(_size, (block + 1) * BlockRows));
            for (var row = first; row < end; row++)
            {
                new Span<T>(image + (row * _size), _size).CopyTo(Line(planes, row));
                ClearEnds(planes, row);
                ClearEnds(transposed, row);
            }

            for (var column = 0; column < _size; column++)
            {
                var to = transposed + (column * _pitch) + 1;
                for (var row = first; row < end; row++) to[row] = image[(row * _size) + column];
            }
        });
    }

    private void AddPlanes(T* planes, T* image, WorkContext work)
    {
        var transposed = planes + PlaneLength;
        Parallel.For(0, (_size + BlockRows - 1) / BlockRows, work.Parallel, block =>
        {
            var (first, end) = (block * BlockRows, Math.Min(_size, (block + 1) * BlockRows));
            for (var row = first; row < end; row++) Line(planes, row).CopyTo(new Span<T>(image + (row * _size), _size));
            for (var column = 0; column < _size; column++)
            {
                var from = transposed + (column * _pitch) + 1;
                for (var row = first; row < end; row++) image[(row * _size) + column] += from[row];
            }
        });
    }

    private Span<T> Line(T* plane, int row) => new(plane + (row * _pitch) + 1, _size);

    private void ClearEnds(T* plane, int row)
    {
        var line = plane + (row * _pitch);
        line[0] = line[_size + 1] = line[_size + 2] = T.Zero;
    }
}
