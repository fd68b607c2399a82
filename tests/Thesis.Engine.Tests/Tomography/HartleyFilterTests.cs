using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

public sealed class HartleyFilterTests
{
    // Against sums of cosines: the kernel of a response is its inverse transform, and the torus is larger than the image.
    [Theory]
    [InlineData(8, 8, 8, 8)]
    [InlineData(5, 12, 8, 16)]
    [InlineData(33, 3, 64, 4)]
    [InlineData(1, 2, 2, 2)]
    public void The_image_is_convolved_by_the_kernel_of_the_response(int rows, int columns, int tall, int wide)
    {
        static double Response(double down, double across) => 0.3 + Math.Exp(-7 * ((down * down) + (2 * across * across)));
        var random = new SeededRandom(5L);
        float[] image = [.. Enumerable.Range(0, rows * columns).Select(_ => (float)random.NextGaussian())];
        var kernel = new double[tall, wide];
        for (var y = 0; y < tall; y++)
        {
            for (var x = 0; x < wide; x++)
            {
                for (var v = 0; v < tall; v++)
                {
                    for (var u = 0; u < wide; u++)
                    {
                        var (down, across) = ((double)v / tall, (double)u / wide);
                        kernel[y, x] += Response(Math.Min(down, 1 - down), Math.Min(across, 1 - across))
                            * Math.Cos(2 * Math.PI * ((down * y) + (across * x))) / (tall * wide);
                    }
                }
            }
        }

        var filtered = new float[image.Length];
        new HartleyFilter(rows, columns, Response).Apply(image, filtered, WorkContext.Default);
        for (var i = 0; i < image.Length; i++)
        {
            var sum = 0.0;
            for (var j = 0; j < image.Length; j++)
            {
                var (y, x) = ((i / columns) - (j / columns), (i % columns) - (j % columns));
                sum += image[j] * kernel[(y + tall) % tall, (x + wide) % wide];
            }

            Assert.Equal(sum, filtered[i], 1e-5);
        }
    }

    [Fact]
    public void A_response_of_1_gives_the_image_and_the_result_may_take_its_place()
    {
        const int rows = 100;
        const int columns = 77;
        var random = new SeededRandom(6L);
        float[] image = [.. Enumerable.Range(0, rows * columns).Select(_ => (float)random.NextGaussian())];
        var filtered = (float[])image.Clone();
        new HartleyFilter(rows, columns, (_, _) => 1).Apply(filtered, filtered, WorkContext.Default with { Threads = 3 });
        ArtifactSimulationTests.Near(image, filtered, 1e-6);
    }

    [Fact]
    public void Values_are_asked_for_and_told_of_once()
    {
        const int rows = 37;
        const int columns = 24;
        var random = new SeededRandom(7L);
        float[] source = [.. Enumerable.Range(0, rows * columns).Select(_ => (float)random.NextGaussian())];
        var (image, sum) = (new float[source.Length], new float[source.Length]);
        new HartleyFilter(rows, columns, (_, _) => 2).Apply(image, image, WorkContext.Default with { Threads = 2 }, Prepare, Finish);
        ArtifactSimulationTests.Near([.. source.Select(value => 2 * value)], sum, 1e-5);

        void Prepare(int first, int length)
        {
            for (var i = first; i < first + length; i++) image[i] += source[i];
        }

        void Finish(int first, int length)
        {
            for (var i = first; i < first + length; i++) sum[i] += image[i];
        }
    }
}
