using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Air, soft tissue and bone by 3-means on attenuation, begun at 0, mu_w and 2 mu_w (mu_w = 0.192 1/cm).
/// </summary>
/// <param name="SoftFloor">The least value of the middle class; infinite when it is empty.</param>
/// <param name="BoneFloor">The least value of the upper class; infinite when it is empty.</param>
/// <param name="Iterations">Iterations until no centre moved by 1e-7, at most 100.</param>
public readonly record struct TissueClasses(double SoftFloor, double BoneFloor, int Iterations)
{
    private const int MostIterations = 100;
    private const double Tolerance = 1e-7;

    /// <summary>Classifies values; an empty class keeps its centre.</summary>
    public static TissueClasses Of(ReadOnlySpan<float> values, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(work);
        const double water = HounsfieldScale.WaterAttenuation;
        var (air, soft, bone) = (0.0, water, 2 * water);
        for (var iteration = 1; ; iteration++)
        {
            work.ThrowIfCancelled();
            var classes = new Classes((air + soft) / 2, (soft + bone) / 2);
            foreach (var value in values) classes.Add(value);
            var moved = Math.Max(
                Math.Abs(Move(ref air, classes.Air)), Math.Max(Math.Abs(Move(ref soft, classes.Soft)), Math.Abs(Move(ref bone, classes.Bone))));
            if (moved >= Tolerance && iteration < MostIterations) continue;
            return new TissueClasses(classes.Soft.Least, classes.Bone.Least, iteration);
        }
    }

    private static double Move(ref double centre, Members members)
    {
        if (members.Count == 0) return 0;
        var from = centre;
        centre = members.Sum / members.Count;
        return centre - from;
    }

    /// <summary>The sorted centres cut the line halfway between them; a value on the cut belongs below it.</summary>
    private struct Classes(double firstCut, double secondCut)
    {
        public Members Air = new();
        public Members Soft = new();
        public Members Bone = new();

        public void Add(double value)
        {
            if (value <= firstCut) Air.Add(value);
            else if (value <= secondCut) Soft.Add(value);
            else Bone.Add(value);
        }
    }

    private struct Members()
    {
        public double Sum;
        public double Least = double.PositiveInfinity;
        public int Count;

        public void Add(double value)
        {
            Sum += value;
            Least = Math.Min(Least, value);
            Count++;
        }
    }
}
