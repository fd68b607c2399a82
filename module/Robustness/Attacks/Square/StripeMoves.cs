using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>Where the square attack starts, and what a query changes, in one norm.</summary>
internal interface ISquareMoves
{
    /// <summary>The first points.</summary>
    Tensor First(Tensor images, double epsilon, SquareDraws draws);

    /// <summary>The best points with one square of a side each changed.</summary>
    Tensor Next(Tensor images, Tensor best, int side, double epsilon, SquareDraws draws);
}

/// <summary>
/// The maximum norm: the first points move every column of every channel by +-epsilon, a query moves a square by
/// +-2 epsilon and comes back within the budget.
/// </summary>
internal sealed class StripeMoves : ISquareMoves
{
    public Tensor First(Tensor images, double epsilon, SquareDraws draws)
    {
        var (count, channels, width) = (images.shape[0], images.shape[1], images.shape[3]);
        var signs = draws.Signs(channels * width).view(count, channels, 1, width);
        return Project(images.Plus(signs.mul(Held(epsilon))), images, epsilon);
    }

    public Tensor Next(Tensor images, Tensor best, int side, double epsilon, SquareDraws draws)
    {
        var (channels, height, width) = (best.shape[1], (int)best.shape[2], (int)best.shape[3]);
        var (top, left) = (draws.Places(height - side + 1), draws.Places(width - side + 1));
        var signs = draws.Signs(channels).view(-1, channels, 1, 1);
        var inside = Within(height, top, side).view(-1, 1, height, 1)
            .logical_and(Within(width, left, side).view(-1, 1, 1, width));
        return Project(best.Plus(signs.mul(Held(2 * epsilon)) * inside), images, epsilon);
    }

    private static Tensor Project(Tensor candidates, Tensor images, double epsilon)
    {
        using var ball = new PixelBall(images, epsilon);
        return ball.Project_(candidates);
    }

    private static Tensor Within(int length, Tensor start, int side)
    {
        var places = arange(Held(0L), Held((long)length), Held(1L), ScalarType.Int64, start.device).view(1, length);
        var first = start.view(-1, 1);
        return places.ge(first).logical_and(places.lt(first.Plus(Held((long)side))));
    }
}
