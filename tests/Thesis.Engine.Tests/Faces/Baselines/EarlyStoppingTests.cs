using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Baselines;

public sealed class EarlyStoppingTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    public static TheoryData<string> References => new(EarlyStoppingReference.All.Select(one => one.Name));

    [Theory]
    [MemberData(nameof(References))]
    public void Links_are_those_of_the_definition(string name)
    {
        var expected = EarlyStoppingReference.Of(name);
        var lists = ExactNeighbours.Search(expected.Features, expected.Neighbours, Context);
        var links = EarlyStopping.Links(lists, expected.EdgeProbability, Context);
        Assert.Equal(expected.Links.Select(link => (link.From, link.To)), links.Select(link => (link.From, link.To)));
        Assert.Equal(
            expected.Links.Select(link => link.Weight), links.Select(link => link.Weight), (x, y) => Math.Abs(x - y) < 1e-6);
    }

    [Theory]
    [MemberData(nameof(References))]
    public void Flow_and_code_length_are_those_of_Infomap(string name)
    {
        var expected = EarlyStoppingReference.Of(name);
        var network = FlowNetwork.From(expected.Count, expected.Links, Context);
        Assert.Equal(1, network.NodeFlow.Sum(), 1e-9);

        // Infomap prints six digits.
        Assert.Equal(expected.NodeFlow, network.NodeFlow, (x, y) => Math.Abs(x - y) < 1e-6);
        var named = ClusterLabels.BySize([.. expected.Modules.Select((module, i) => module < 0 ? ~i : module)]);
        Assert.Equal(expected.CodeLength, MapEquation.Length(network, named, Context), 6e-6);
    }

    [Theory]
    [MemberData(nameof(References))]
    public void The_search_finds_codes_as_short_as_Infomaps_best_of_fifty(string name)
    {
        var expected = EarlyStoppingReference.Of(name);
        var network = FlowNetwork.From(expected.Count, expected.Links, Context);
        for (var seed = 1; seed <= 5; seed++)
        {
            var found = MapEquation.Partition(network, new SeededRandom((long)seed), Context);
            Assert.InRange(MapEquation.Length(network, found, Context), 0, expected.CodeLength * 1.005);
        }
    }

    [Theory]
    [InlineData(4, 80, 1)]
    [InlineData(4, 2, 0)]
    [InlineData(1, 80, 0)]
    public void Lists_that_hold_all_faces_tell_nothing_apart_and_that_is_said(int faces, int neighbours, int warnings)
    {
        var said = new List<string>();
        float[] values = [1, 0, 1, 0, 0, 1, 0, 1];
        var unit = new FeatureMatrix(values[..(2 * faces)], faces, 2);
        EarlyStopping.Cluster(
            unit, new EarlyStoppingOptions { Neighbours = neighbours }, new SeededRandom(1L), WorkContext.Default with { Warning = said.Add });
        Assert.Equal(warnings, said.Count);
    }

    [Fact]
    public void Two_triangles_worked_by_hand()
    {
        // Two triangles with links both ways: a sixth of the flow each node, none between; L = log2 3 in each module.
        int[][] triangles = [[0, 1, 2], [3, 4, 5]];
        var links = triangles.SelectMany(nodes => nodes.SelectMany(
            from => nodes.Where(to => to != from).Select(to => new DirectedLink(from, to, 1)))).ToArray();
        var network = FlowNetwork.From(6, links, Context);
        Assert.All(network.NodeFlow, flow => Assert.Equal(1 / 6.0, flow, 1e-12));
        Assert.Equal(Math.Log2(3), MapEquation.Length(network, [0, 0, 0, 1, 1, 1], Context), 1e-12);
        Assert.Equal(Math.Log2(6), MapEquation.Length(network, new int[6], Context), 1e-12);

        // Alone, every node is entered and left with its whole flow f: log2 6 bits for the module, and one for each word.
        Assert.Equal(Math.Log2(6) + 2, MapEquation.Length(network, [0, 1, 2, 3, 4, 5], Context), 1e-12);
        Assert.Equal([0, 0, 0, 1, 1, 1], ClusterLabels.BySize(MapEquation.Partition(network, new SeededRandom(1), Context)));
    }

    [Fact]
    public void A_face_that_links_to_nobody_is_alone()
    {
        var features = TestFeatures.Plane(0, 1, 2, 3, 90, 91, 92, 93, 180);
        var labels = EarlyStopping.Cluster(
            features, new EarlyStoppingOptions { Neighbours = 4, EdgeProbability = 0.6 }, new SeededRandom(1), Context);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 2], labels);
    }

    [Theory]
    [InlineData(1, 0.2, "NeighbourCountInvalid")]
    [InlineData(5, 0.0, "EdgeProbabilityInvalid")]
    [InlineData(5, 1.5, "EdgeProbabilityInvalid")]
    public void Options_out_of_their_range_are_refused(int neighbours, double probability, string errorId) => Assert.Equal(
        errorId,
        Assert.Throws<InputException>(
            () => new EarlyStoppingOptions { Neighbours = neighbours, EdgeProbability = probability }).ErrorId);
}
