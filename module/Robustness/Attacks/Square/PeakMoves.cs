using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The Euclidean norm, and that of the sum: the change consists of squares of two opposite peaks. A query moves the length of
/// one square, and what of the budget is not used, to another, which turns towards a new pair of peaks.
/// </summary>
/// <param name="norm">The norm, of a power p: L2, 2, or L1, 1.</param>
internal sealed class PeakMoves(PerturbationNorm norm) : ISquareMoves
{
    private const int LeastSide = 3;
    private const int FirstTiles = 5;
    private const double Floor = 1e-12;

    public Tensor First(Tensor images, double epsilon, SquareDraws draws)
    {
        var (count, channels, height, width) = (images.shape[0], images.shape[1], (int)images.shape[2], (int)images.shape[3]);
        var side = Math.Max(1, Math.Min(height, width) / FirstTiles);
        var (rows, columns) = (height / side, width / side);
        var (top, left) = ((height - (rows * side)) / 2, (width - (columns * side)) / 2);
        var change = zeros_like(images);
        for (var tile = 0; tile < rows * columns; tile++)
        {
            var peaks = Turned(side, draws, images) * draws.Signs(channels).view(count, channels, 1, 1);
            change.narrow(2, top + (tile / columns * side), side)
                .narrow(3, left + (tile % columns * side), side).copy_(peaks);
        }

        return Within(images, change, epsilon);
    }

    public Tensor Next(Tensor images, Tensor best, int side, double epsilon, SquareDraws draws)
    {
        var (height, width) = ((int)images.shape[2], (int)images.shape[3]);
        // Odd, so that there is a middle.
        side = Math.Min(Math.Max(side, LeastSide) | 1, Math.Min(height, width));
        var change = (best - images).flatten(2);
        var (channels, pixels) = (change.shape[1], change.shape[2]);
        var gains = Square(height, width, side, draws).expand(-1, channels, -1);
        var loses = Square(height, width, side, draws).expand(-1, channels, -1);
        var either = zeros_like(change).scatter_(2, gains, ones_like(gains, change.dtype))
            .scatter_(2, loses, ones_like(loses, change.dtype));
        // In p-th powers of lengths, which add up.
        var released = Powers(change.mul(either)).sum(2, keepdim: true);
        var unused = Powers(change).sum([1L, 2], keepdim: true).neg().Plus_(Held(Math.Pow(epsilon, Power))).clamp_min_(Held(0));
        var length = unused.div(Held((double)channels)).Plus(released);
        // AutoAttack gives the square of every channel what all could have in the norm of the sum; the budget cuts it.
        length = IsEuclidean ? length.sqrt() : length.mul(Held((double)channels));

        var before = change.gather(2, gains);
        var peaks = Turned(side, draws, images).flatten(2) * draws.Signs(channels).view(-1, channels, 1);
        var after = peaks.Plus(before / Lengths(before));
        after.mul_(length / Lengths(after));
        change = change.scatter(2, loses, zeros_like(before)).scatter_(2, gains, after);
        return Within(images, change.view(images.shape), epsilon);
    }

    private bool IsEuclidean => norm == PerturbationNorm.L2;

    private int Power => IsEuclidean ? 2 : 1;

    /// <summary>
    /// Two opposite peaks of a side, of length 1: a half each. A value at Chebyshev distance m from the middle of its half is
    /// the sum of 1 / k^2, in the norm of the sum of 1 / k^4, for k from m + 1 to the farthest.
    /// </summary>
    internal double[,] Peaks(int side)
    {
        var steepness = IsEuclidean ? 2 : 4;
        var peaks = new double[side, side];
        var upper = side / 2;
        for (var row = 0; row < side; row++)
        {
            var (height, place, sign) = row < upper ? (upper, row, 1) : (side - upper, row - upper, -1);
            var farthest = Math.Max(height / 2, side / 2);
            for (var column = 0; column < side; column++)
            {
                var distance = Math.Max(Math.Abs(place - (height / 2)), Math.Abs(column - (side / 2)));
                for (var k = distance; k <= farthest; k++) peaks[row, column] += sign / Math.Pow(k + 1, steepness);
            }
        }

        // AutoAttack gives each half the length 1 before the whole.
        Normalise(peaks, 0, upper);
        Normalise(peaks, upper, side);
        Normalise(peaks, 0, side);
        return peaks;
    }

    private void Normalise(double[,] values, int from, int to)
    {
        var rows = Enumerable.Range(from, to - from);
        var columns = Enumerable.Range(0, values.GetLength(1)).ToArray();
        var length = Math.Pow(rows.Sum(row => columns.Sum(column => Math.Pow(Math.Abs(values[row, column]), Power))), 1.0 / Power);
        foreach (var row in rows) foreach (var column in columns) values[row, column] /= length;
    }

    // The peaks, or the same turned by a quarter, by a coin of each image: N x 1 x side x side.
    private Tensor Turned(int side, SquareDraws draws, Tensor like)
    {
        var peaks = tensor(Peaks(side)).to(like.dtype, like.device);
        return where(draws.Coins().view(-1, 1, 1, 1), peaks.transpose(0, 1), peaks);
    }

    // The pixels of a square at a place of each image, N x 1 x side^2.
    private static Tensor Square(int height, int width, int side, SquareDraws draws)
    {
        var (top, left) = (draws.Places(height - side + 1), draws.Places(width - side + 1));
        var steps = arange(Held(0L), Held((long)side), Held(1L), ScalarType.Int64, top.device);
        var rows = top.view(-1, 1, 1).Plus(steps.view(1, -1, 1)).mul_(Held((long)width));
        return rows.Plus(left.view(-1, 1, 1).Plus(steps.view(1, 1, -1))).view(-1, 1, side * side);
    }

    private Tensor Powers(Tensor values) => IsEuclidean ? values.pow(Held(2)) : values.abs();

    private Tensor Lengths(Tensor squares)
    {
        var sums = Powers(squares).sum(2, keepdim: true);
        return (IsEuclidean ? sums.sqrt_() : sums).clamp_min_(Held(Floor));
    }

    // The change at the length of the budget and clipped; in the norm of the sum the nearest that budget and range allow.
    private Tensor Within(Tensor images, Tensor change, double epsilon)
    {
        if (IsEuclidean) return images.add(ImageNorms.Directions(change), alpha: Held(epsilon)).clamp_(Held(0), Held(1));
        using var ball = NormBall.Around(images, epsilon, norm);
        return ball.Project_(images.Plus(change));
    }
}
