using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography.Operators;

public sealed class QuarterTurnsTests
{
    private const int Size = 32;

    [Theory]
    [InlineData(40, 2 * Math.PI, true)]
    [InlineData(40, -2 * Math.PI, true)]
    [InlineData(42, 2 * Math.PI, false)]
    [InlineData(40, Math.PI, false)]
    public void A_full_turn_whose_views_go_in_four_has_quarters(int views, double range, bool expected)
    {
        var turns = QuarterTurns.Of(Geometry(views, range));
        Assert.Equal(expected, turns is not null);
        if (turns is { } found) Assert.Equal((views / 4, range < 0), (found.Views, found.IsBackwards));
    }

    // The view a quarter on sees of an image what the view itself sees of the image turned back, by scalar arithmetic alone.
    [Theory]
    [InlineData(2 * Math.PI)]
    [InlineData(-2 * Math.PI)]
    public void A_view_of_another_quarter_sees_the_turned_image(double range)
    {
        var geometry = Geometry(20, range);
        var turns = QuarterTurns.Of(geometry)!.Value;
        var projection = new ForwardProjection<double>(geometry);
        var image = OperatorVectors.Random(Size * Size, 21);
        var seen = OperatorVectors.Apply(projection, image);
        for (var quarters = 0; quarters < QuarterTurns.Count; quarters++)
        {
            var first = OperatorVectors.Apply(projection, image).AsSpan(0, turns.Views * geometry.Bins);
            var other = seen.AsSpan(turns.ViewsAfter(quarters) * geometry.Bins, first.Length);
            for (var i = 0; i < first.Length; i++) Assert.Equal(first[i], other[i], 1e-9);
            image = Turned(image);
        }

        // The image whose pixel (i, j) a ray sees that is a quarter on from the one that sees (j, N - 1 - i).
        static double[] Turned(double[] image)
        {
            var turned = new double[image.Length];
            for (var i = 0; i < Size; i++)
            {
                for (var j = 0; j < Size; j++) turned[(j * Size) + Size - 1 - i] = image[(i * Size) + j];
            }

            return turned;
        }
    }

    // Lines of planes: where a ray's pixel lies once the ray is turned.
    [Fact]
    public void A_turn_of_four_quarters_is_none_and_two_of_one_are_one_of_two()
    {
        foreach (var transposed in new[] { false, true })
        {
            foreach (var (row, column) in new[] { (3, 5), (0, 31), (30, 2) })
            {
                var place = (Transposed: transposed, Row: row, Column: column);
                for (var quarters = 0; quarters < QuarterTurns.Count; quarters++)
                {
                    var turn = PlaneTurn.Of(transposed, quarters);
                    var line = turn.RowsReversed ? Size - 1 - row : row;
                    var at = turn.ColumnsReversed ? Size - 1 - column : column;
                    var pixel = turn.Transposed ? (at, line) : (line, at);
                    Assert.Equal(place.Transposed ? (place.Column, place.Row) : (place.Row, place.Column), pixel);
                    var (i, j) = pixel;
                    place = (false, Size - 1 - j, i);
                }
            }
        }
    }

    private static ScanGeometry Geometry(int views, double range) =>
        new(DetectorKind.Arc, views, 51, 0.02, Size, 0.24, 11.5, startAngle: 0.3, angularRange: range, detectorOffset: 0.25);
}
