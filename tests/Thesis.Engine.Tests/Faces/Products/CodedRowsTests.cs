using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Products;

public sealed unsafe class CodedRowsTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    public static TheoryData<string, int> Draws
    {
        get
        {
            var draws = new TheoryData<string, int>();
            foreach (var kind in CodedCases.Kinds)
            {
                foreach (var dimension in new[] { 1, 7, 16, 33, 64, 127, 320, 513 }) draws.Add(kind, dimension);
            }

            return draws;
        }
    }

    [Theory]
    [MemberData(nameof(Draws))]
    public void No_product_is_farther_from_that_of_the_codes_than_the_certificate_says(string kind, int dimension)
    {
        for (var seed = 1; seed <= 4; seed++)
        {
            var rows = CodedCases.Rows(kind, 75, dimension, seed);
            foreach (var path in ByteTile.Paths)
            {
                var codes = CodedRows.TryOf(rows, path, Context);
                Assert.NotNull(codes);
                var products = new float[rows.Count][];
                CodedProduct.ForEachRow(codes, codes, "test", Context, (row, values) => products[row] = values.ToArray());
                for (var i = 0; i < rows.Count; i++)
                {
                    for (var j = 0; j < rows.Count; j++)
                    {
                        var exact = Exact(rows.Row(i), rows.Row(j));
                        var (lengthI, lengthJ) = ((double)codes.Lengths[i], (double)codes.Lengths[j]);
                        var (errorI, errorJ) = ((double)codes.Errors[i], (double)codes.Errors[j]);
                        var bound = (lengthI * errorJ) + (errorI * lengthJ) + (errorI * errorJ);
                        Assert.InRange(Math.Abs(exact - products[i][j]), 0, bound);
                        Assert.InRange(Math.Abs(Chain(rows.Row(i), rows.Row(j)) - products[i][j]), 0, bound);
                    }
                }
            }
        }
    }

    // A bound of nothing but |x_i| |x_j| would hold, too.
    [Theory]
    [InlineData(128)]
    [InlineData(320)]
    [InlineData(512)]
    public void The_certificate_of_ordinary_rows_is_tight(int dimension)
    {
        if (!ByteTile.Paths.Any()) return;
        var codes = CodedRows.TryOf(TestFeatures.Random(200, dimension, seed: 3), ByteTile.Paths.First(), Context)!;
        foreach (var error in codes.Errors[..200]) Assert.InRange(error, 0.005, 0.025);
        foreach (var length in codes.Lengths[..200]) Assert.InRange(length, 0.99999, 1.0002);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e30f)]
    [InlineData(1e-30f)]
    public void Rows_that_float32_loses_have_no_codes(float value)
    {
        var rows = new FeatureMatrix([1, 0, 0, value, 0, 0], 2, 3);
        Assert.Null(CodedRows.TryOf(rows, KernelPath.Vector256, Context));
    }

    [Fact]
    public void Some_rows_have_the_codes_that_they_have_among_all()
    {
        var codes = CodedRows.TryOf(TestFeatures.Random(70, 45, seed: 5), KernelPath.Vector256, Context)!;
        int[] some = [69, 0, 33, 32, 31, 69];
        var few = codes.Gather(some);
        Assert.Equal(1, few.Panels);
        for (var i = 0; i < some.Length; i++)
        {
            Assert.Equal(codes.Steps[some[i]], few.Steps[i]);
            Assert.Equal(codes.Errors[some[i]], few.Errors[i]);
            Assert.Equal(codes.Lengths[some[i]], few.Lengths[i]);
            Assert.Equal(CodesOf(codes, some[i]), CodesOf(few, i));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(320)]
    public void Rotations_are_orthogonal(int dimension)
    {
        var rows = RandomRotation.Of(dimension, Context);
        for (var i = 0; i < dimension; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var product = Exact(rows.AsSpan(i * dimension, dimension), rows.AsSpan(j * dimension, dimension));
                Assert.Equal(i == j ? 1 : 0, product, 3e-7);
            }
        }
    }

    [Fact]
    public void Every_path_gives_the_products_of_the_codes()
    {
        var rows = TestFeatures.Random(64, 90, seed: 6);
        foreach (var path in ByteTile.Paths)
        {
            var codes = CodedRows.TryOf(rows, path, Context)!;
            using var packed = new PackedCodes(codes, 1);
            packed.Pack(1, 1);
            var sums = new int[ByteTile.Rows * ByteTile.Columns];
            fixed (int* products = sums) packed.Multiply(codes, 0, 8, 0, products);
            for (var row = 0; row < ByteTile.Rows; row++)
            {
                var own = CodesOf(codes, 8 + row);
                for (var column = 0; column < ByteTile.Columns; column++)
                {
                    var other = CodesOf(codes, 32 + column);
                    Assert.Equal(own.Zip(other, (a, b) => a * b).Sum(), sums[(row * ByteTile.Columns) + column]);
                }
            }
        }
    }

    private static int[] CodesOf(CodedRows codes, int row) =>
        [.. Enumerable.Range(0, 4 * codes.Groups).Select(k => codes.Bytes[
            (row / CodedRows.PanelWidth * codes.PanelBytes) + (row % CodedRows.PanelWidth * 4)
            + (k / 4 * ByteTile.GroupBytes) + (k % 4)] - CodedRows.Offset)];

    private static double Exact(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var k = 0; k < a.Length; k++) sum += (double)a[k] * b[k];
        return sum;
    }

    private static float Chain(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0f;
        for (var k = 0; k < a.Length; k++) sum = MathF.FusedMultiplyAdd(a[k], b[k], sum);
        return sum;
    }
}
