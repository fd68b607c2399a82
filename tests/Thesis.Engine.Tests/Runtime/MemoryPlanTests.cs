using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Runtime;

public sealed class MemoryPlanTests
{
    [Theory]
    [InlineData(0, 5, 0)]
    [InlineData(5, 0, 0)]
    [InlineData(4, 3, 12)]
    [InlineData(2_147_483_591, 1, 2_147_483_591)]
    public void An_array_is_as_long_as_its_rows(long rows, long length, int expected) =>
        Assert.Equal(expected, MemoryPlan.ArrayLength(rows, length, "Rows", ""));

    // 30,000 images of 3 x 224 x 224 are 2^32 + 221 million values: as an int a length that looks right.
    [Theory]
    [InlineData(30_000, 150_528)]
    [InlineData(2_147_483_592, 1)]
    [InlineData(3, 715_827_864)]
    [InlineData(long.MaxValue, 3)]
    public void An_array_that_is_too_long_is_refused_whatever_memory_there_is(long rows, long length)
    {
        var fault = Assert.Throws<InputException>(() => MemoryPlan.ArrayLength(rows, length, "Rows", "Give fewer."));
        Assert.Equal("ArrayTooLong", fault.ErrorId);
        Assert.EndsWith("Give fewer.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faces_that_no_array_holds_are_not_drawn()
    {
        var protocol = new SyntheticProtocol("large", 100_000, 10) { Dimension = 30_000 };
        Assert.Equal("ArrayTooLong", Assert.Throws<InputException>(
            () => SyntheticFaces.Generate(protocol, 1, WorkContext.Default)).ErrorId);
    }
}
