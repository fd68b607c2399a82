using System.Numerics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The weighted backprojection of direct fan reconstruction (Kak and Slaney, section 3.4): every view adds q at the
/// pixel's bin, linearly interpolated, over the square of the pixel's distance from the source (arc), or times (D / its
/// depth)^2 (flat). In the adjoint each view is written by one thread.
/// </summary>
internal sealed unsafe class FanBackprojection<T> : LinearOperator<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ScanGeometry _fan;
    private readonly (double Sine, double Cosine)[] _directions;
    private readonly double _step;

    public FanBackprojection(ScanGeometry fan)
    {
        if (!fan.IsFullTurn && !ShortScan.Is(fan)) throw ScanRange.Unsupported(fan);
        _fan = fan;
        _directions = [.. Enumerable.Range(0, fan.Views).Select(view => Math.SinCos(fan.ViewAngle(view)))];
        _step = Math.Abs(fan.AngularRange) / fan.Views;
    }

    public override int InputLength => _fan.SinogramLength;

    public override int OutputLength => _fan.ImageLength;

    private protected override void ApplyOne(T* input, T* output, WorkContext work)
    {
        var size = _fan.ImageSize;
        Parallel.For(0, size, work.Parallel, row =>
        {
            for (var column = 0; column < size; column++)
            {
                var sum = T.Zero;
                for (var view = 0; view < _fan.Views; view++)
                {
                    if (Place(view, row, column) is not { } place) continue;
                    var values = input + (view * _fan.Bins) + place.Bin;
                    sum += (place.Left * values[0]) + (place.Right * values[1]);
                }

                output[(row * size) + column] = sum;
            }
        });
    }

    private protected override void ApplyAdjointOne(T* output, T* input, WorkContext work)
    {
        var size = _fan.ImageSize;
        Parallel.For(0, _fan.Views, work.Parallel, view =>
        {
            var target = input + (view * _fan.Bins);
            new Span<T>(target, _fan.Bins).Clear();
            for (var row = 0; row < size; row++)
            {
                for (var column = 0; column < size; column++)
                {
                    if (Place(view, row, column) is not { } place) continue;
                    var value = output[(row * size) + column];
                    target[place.Bin] += place.Left * value;
                    target[place.Bin + 1] += place.Right * value;
                }
            }
        });
    }

    // The two bins of a pixel and their weights; null where the detector does not see it.
    private (int Bin, T Left, T Right)? Place(int view, int row, int column)
    {
        var half = 0.5 * (_fan.ImageSize - 1);
        var (x, y) = ((column - half) * _fan.PixelSize, (half - row) * _fan.PixelSize);
        var (sine, cosine) = _directions[view];
        var aside = (x * cosine) + (y * sine);
        var depth = _fan.SourceDistance + (x * sine) - (y * cosine);
        var (place, weight) = _fan.Detector == DetectorKind.Arc
            ? (Math.Atan2(aside, depth), 1 / ((aside * aside) + (depth * depth)))
            : (_fan.DetectorDistance * aside / depth, _fan.SourceDistance * _fan.SourceDistance / (depth * depth));
        var bin = (place / _fan.BinSpacing) + (0.5 * (_fan.Bins - 1)) - _fan.DetectorOffset;
        if (bin < 0 || bin >= _fan.Bins - 1) return null;
        var left = (int)bin;
        weight *= _step;
        var right = (bin - left) * weight;
        return (left, T.CreateTruncating(weight - right), T.CreateTruncating(right));
    }
}
