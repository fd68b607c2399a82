using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data;

public sealed class FeatureSetBuilderTests
{
    [Fact]
    public void Rows_come_out_as_they_went_in_over_many_chunks()
    {
        var builder = new FeatureSetBuilder();
        const int count = 5_000;
        const int dimension = 500;
        var row = new float[dimension];
        for (var i = 0; i < count; i++)
        {
            row.AsSpan().Fill(i + 1);
            builder.Add(i, row.AsSpan(), $"p{i % 7}");
        }

        var set = builder.ToFeatureSet();
        Assert.Equal((count, dimension), (set.Features.Count, set.Features.Dimension));
        for (var i = 0; i < count; i++) Assert.Equal(-1, set.Features.Row(i).IndexOfAnyExcept(i + 1f));
        Assert.Equal("4999", set.Ids![^1]);
        Assert.Equal("p1", set.Identities![1]);
        Assert.Equal(0, builder.Count);
    }

    [Fact]
    public void A_faulty_row_is_dropped_by_its_index_and_the_rest_is_kept()
    {
        var builder = new FeatureSetBuilder();
        Fault(DataErrorIds.ShapeInvalid, 0, () => builder.Add("e", ReadOnlySpan<float>.Empty));
        builder.Add("a", [1f, 2f]);
        Fault(DataErrorIds.RowRagged, 2, () => builder.Add("b", [1f, 2f, 3f]));
        Fault(DataErrorIds.NotFinite, 3, () => builder.Add("c", [1f, float.NaN]));
        Fault(DataErrorIds.NotFinite, 4, () => builder.Add("d", [double.PositiveInfinity, 1.0]));
        Fault(DataErrorIds.Overflow, 5, () => builder.Add("d", [1e300, 1.0]));
        var fault = Fault(DataErrorIds.IdDuplicate, 6, () => builder.Add("a", [3f, 4f]));
        Assert.Contains("1 and 6", fault.Message, StringComparison.Ordinal);
        Fault(DataErrorIds.IdMissing, 7, () => builder.Add(null, [3f, 4f]));
        builder.Drop();
        Fault(DataErrorIds.Zero, 9, () => builder.Add("z", [0.0, 1e-300]));
        builder.Add("c", [5.0, 6.0]);
        Assert.Equal((2, 11), (builder.Count, builder.Offered));
        var set = builder.ToFeatureSet();
        Assert.Equal([1, 2, 5, 6], set.Features.Values);
        Assert.Equal(["a", "c"], set.Ids!);
        Assert.Null(set.Identities);
    }

    [Fact]
    public void An_identity_may_be_unknown()
    {
        var builder = new FeatureSetBuilder();
        builder.Add("a", [1f, 2f]);
        builder.Add("b", [2f, 2f], "Ada");
        builder.Add("c", [3f, 2f], "");
        Assert.Equal(["", "Ada", ""], builder.ToFeatureSet().Identities!);
    }

    [Fact]
    public void Nothing_kept_is_a_fault() => Assert.Equal(
        DataErrorIds.Empty, Assert.Throws<InputException>(() => new FeatureSetBuilder().ToFeatureSet()).ErrorId);

    private static InputException Fault(string id, int index, Action add)
    {
        var fault = Assert.Throws<InputException>(add);
        Assert.Equal((id, index), (fault.ErrorId, fault.Target));
        return fault;
    }
}
