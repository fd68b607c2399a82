using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Accuracy;

/// <summary>The methods by name: those without a network, and the module's own DuDoNet.</summary>
internal static class Methods
{
    private static readonly Lazy<LearnedReducers> Networks = new(() => LearnedReducers.Load(["dudonet"], [], mixed: false, WorkContext.Default));

    /// <summary>A method as it is used on images, or as a whole in their place.</summary>
    public static IArtifactReduction Of(string name, bool isWhole = false) => LearnedReducers.IsLearned(name)
        ? new ReductionSettings
        {
            Method = name, Geometry = GeometryChoice.Auto, Model = Networks.Value.Of(name), IsWhole = isWhole,
        }.CreateMethod()
        : ArtifactReducer.MethodOf(name, isWhole: isWhole);
}
