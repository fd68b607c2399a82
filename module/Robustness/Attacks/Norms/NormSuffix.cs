namespace Thesis.Engine.Robustness;

/// <summary>The norm in an attack's name: nothing for the maximum norm, else <c>-L2</c> or <c>-L1</c>.</summary>
internal static class NormSuffix
{
    public static string Append(string name, PerturbationNorm norm) =>
        norm == PerturbationNorm.Linf ? name : $"{name}-{norm}";
}
