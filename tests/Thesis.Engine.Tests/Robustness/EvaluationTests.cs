using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>The base of the tests of evaluations: the reference network, its twelve images, and a folder.</summary>
public abstract class EvaluationTests : IDisposable
{
    private protected static readonly ModelIdentity Identity = new("net", ["00"]);

    private protected ReferenceNetwork Network { get; } = new();

    private protected TestFolder Folder { get; } = new();

    private protected static WorkContext Context => new() { Cancellation = TestContext.Current.CancellationToken };

    private protected static LabelledImages Images => Set(label => label);

    public void Dispose()
    {
        Network.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected RobustnessReport Evaluate(string[] attacks, double[] epsilons) =>
        RobustnessEvaluator.Evaluate(Network, Images, Options(attacks, epsilons), Context);

    private protected static RobustnessEvaluationOptions Options(string[] attacks, double[] epsilons) => new()
    {
        Attacks = [.. attacks.Select(name => AttackCatalogue.Create(name, AttackSettings.Default))],
        Budgets = AttackBudgets.Same([.. epsilons.Select(pixels => new Epsilon(pixels))]),
    };

    private protected static LabelledImages Set(Func<int, int> relabel) => new(
        new ImageShape(1, 14, 14),
        Array.ConvertAll(ReferenceVectors.Images.data<double>().ToArray(), value => (float)value),
        Array.ConvertAll(ReferenceVectors.Labels.data<long>().ToArray(), label => relabel((int)label)),
        ["a", "b", "c", "d", "e", "f"], "vectors");
}
