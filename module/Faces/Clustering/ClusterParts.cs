using System.Numerics.Tensors;
using Thesis.Engine.Data;

namespace Thesis.Engine.Faces;

/// <summary>
/// The two parts into which a cluster falls by itself: along the direction in which its faces scatter most, then each face
/// in the part of larger mean similarity. Two people are two parts far apart; the faces of one person have none. Time is some
/// dozens of passes over 2,000 of the faces at most, evenly drawn.
/// </summary>
internal static class ClusterParts
{
    private const int Iterations = 20;
    private const int Moves = 5;
    private const int MostFaces = 2000;

    // Of fewer the cohesion is that of a pair or of none.
    private const int FewestFaces = 3;

    /// <summary>
    /// The mean similarity between the parts, as a share of the smaller of their cohesions; NaN where a part has fewer than
    /// three faces, or where faces lie so wide that a part has no cohesion.
    /// </summary>
    /// <param name="unit">The unit features.</param>
    /// <param name="faces">Those of the cluster.</param>
    public static double Likeness(FeatureMatrix unit, IReadOnlyList<int> faces)
    {
        if (faces.Count > MostFaces)
        {
            faces = [.. Enumerable.Range(0, MostFaces).Select(i => faces[(int)((long)i * faces.Count / MostFaces)])];
        }

        var isFirst = Split(unit, faces);
        var (first, second) = (Sum(unit, faces, isFirst, true), Sum(unit, faces, isFirst, false));
        var count = isFirst.Count(one => one);
        var others = faces.Count - count;
        if (Math.Min(count, others) < FewestFaces) return double.NaN;
        var cohesion = Math.Min(Cohesion(first, count), Cohesion(second, others));
        return cohesion > 0 ? TensorPrimitives.Dot<double>(first, second) / ((double)count * others) / cohesion : double.NaN;
    }

    private static bool[] Split(FeatureMatrix unit, IReadOnlyList<int> faces)
    {
        var mean = Sum(unit, faces, null, true);
        TensorPrimitives.Divide(mean, faces.Count, mean);
        var rows = new double[faces.Count][];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new double[unit.Dimension];
            TensorPrimitives.ConvertTruncating(unit.Row(faces[i]), rows[i].AsSpan());
            TensorPrimitives.Subtract(rows[i], mean, rows[i]);
        }

        // From the face that is farthest from the mean.
        var axis = (double[])rows.MaxBy(row => TensorPrimitives.SumOfSquares<double>(row))!.Clone();
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            var next = new double[axis.Length];
            foreach (var row in rows) TensorPrimitives.MultiplyAdd(row, TensorPrimitives.Dot<double>(row, axis), next, next);
            var length = TensorPrimitives.Norm<double>(next);
            if (length == 0) break;
            TensorPrimitives.Divide(next, length, axis);
        }

        var isFirst = Array.ConvertAll(rows, row => TensorPrimitives.Dot<double>(row, axis) > 0);
        for (var move = 0; move < Moves && Move(rows, mean, isFirst); move++)
        {
        }

        return isFirst;
    }

    // Each face into the part whose mean is more like it; whether any moved.
    private static bool Move(double[][] rows, double[] mean, bool[] isFirst)
    {
        var count = isFirst.Count(one => one);
        if (count == 0 || count == rows.Length) return false;
        var difference = new double[mean.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(rows[i], isFirst[i] ? 1.0 / count : -1.0 / (rows.Length - count), difference, difference);
        }

        var middle = TensorPrimitives.Dot<double>(mean, difference);
        var moved = false;
        for (var i = 0; i < rows.Length; i++)
        {
            var first = TensorPrimitives.Dot<double>(rows[i], difference) + middle > 0;
            moved |= first != isFirst[i];
            isFirst[i] = first;
        }

        return moved;
    }

    private static double[] Sum(FeatureMatrix unit, IReadOnlyList<int> faces, bool[]? isFirst, bool first)
    {
        var sum = new double[unit.Dimension];
        var row = new double[unit.Dimension];
        for (var i = 0; i < faces.Count; i++)
        {
            if (isFirst is not null && isFirst[i] != first) continue;
            TensorPrimitives.ConvertTruncating(unit.Row(faces[i]), row.AsSpan());
            TensorPrimitives.Add(sum, row, sum);
        }

        return sum;
    }

    // The mean of all pairs: |s|^2 = n + n (n - 1) c.
    private static double Cohesion(double[] sum, int count) =>
        (TensorPrimitives.SumOfSquares<double>(sum) - count) / (count * (count - 1.0));
}
