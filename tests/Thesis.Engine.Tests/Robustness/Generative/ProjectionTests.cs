using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

public sealed class ProjectionTests : IDisposable
{
    private readonly IDisposable _scope;
    private readonly GenerativeModel _generator;
    private readonly InverterModel _inverter;

    public ProjectionTests()
    {
        TorchBackend.EnsureLoaded();
        _scope = NewDisposeScope();
        (_generator, _inverter) = (ReferenceGenerator.Model(), ReferenceInverter.Model());
    }

    public void Dispose()
    {
        _generator.Dispose();
        _inverter.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData("gd", OptimiserKind.Sgd, 0.01, 0.0, 1.0)]
    [InlineData("mom", OptimiserKind.Sgd, 0.01, 0.7, 0.8)]
    [InlineData("adam", OptimiserKind.Adam, 0.05, 0.0, 0.8)]
    public void Projections_are_the_reference(string name, OptimiserKind kind, double rate, double momentum, double decay)
    {
        var options = new ProjectionOptions
        {
            Restarts = 4, Steps = 60, Optimiser = kind, LearningRate = rate, Momentum = momentum, DecayAfter = decay, Form = EquationForm.Printed,
        };
        var images = ReferenceVectors.Of("proj_x");
        var starts = ReferenceVectors.Of("proj_z0").view(-1, 6);
        var projected = new GenerativeProjection(_generator, null, options).Project(images, starts, WorkContext.Default);
        var best = ReferenceVectors.Of($"proj_{name}_best").to(ScalarType.Int64).data<long>().ToArray();
        Assert.Equal(best, Array.ConvertAll(projected.Restarts, start => (long)start));
        Assert.True(ReferenceVectors.Distance(projected.Images, $"proj_{name}_x") < 1e-9);
        var codes = ReferenceVectors.Of($"proj_{name}_z");
        for (var i = 0; i < best.Length; i++) Assert.True(ReferenceVectors.Distance(projected.Codes[i], codes[i][best[i]]) < 1e-8);
        Assert.All(projected.Steps, steps => Assert.Equal(240, steps));
    }

    [Fact]
    public void The_mean_of_squares_with_a_rate_of_the_number_of_pixels_is_their_sum()
    {
        var printed = new ProjectionOptions { Restarts = 4, Steps = 20, LearningRate = 0.01, Form = EquationForm.Printed };
        var images = ReferenceVectors.Of("proj_x");
        var starts = ReferenceVectors.Of("proj_z0").view(-1, 6);
        var sum = new GenerativeProjection(_generator, null, printed).Project(images, starts, WorkContext.Default);
        var mean = new GenerativeProjection(_generator, null, printed with { Form = EquationForm.Standard, LearningRate = 1.96 })
            .Project(images, starts, WorkContext.Default);
        Assert.True(ReferenceVectors.Distance(mean.Codes, sum.Codes) < 1e-9);
    }

    [Fact]
    public void Nothing_moves_in_no_steps_and_the_nearest_start_is_taken()
    {
        var images = ReferenceVectors.Of("proj_x");
        var starts = ReferenceVectors.Of("proj_z0").view(-1, 6);
        var projected = new GenerativeProjection(_generator, null, new ProjectionOptions { Restarts = 4, Steps = 0 })
            .Project(images, starts, WorkContext.Default);
        var errors = (_generator.Images(starts) - images.repeat_interleave(4, 0)).pow(Held(2)).flatten(1).mean([1L]).view(-1, 4);
        Assert.True(ReferenceVectors.Distance(projected.Errors, errors.amin([1L])) < 1e-12);
        Assert.All(projected.Steps, steps => Assert.Equal(0, steps));
    }

    [Fact]
    public void Pruned_starts_are_those_that_are_behind_and_cost_nothing_more()
    {
        var whole = new ProjectionOptions { Restarts = 4, Steps = 40, LearningRate = 2 };
        var images = ReferenceVectors.Of("proj_x");
        var starts = ReferenceVectors.Of("proj_z0").view(-1, 6);
        var pruned = new GenerativeProjection(_generator, null, whole with { PruneAfter = 10, PruneTo = 1 }).Project(images, starts, WorkContext.Default);
        Assert.All(pruned.Steps, steps => Assert.Equal(40 + 30, steps));

        // The start that was ahead after ten steps of the same descent goes on alone: it is one of the whole projection's.
        for (var i = 0; i < 5; i++)
        {
            var alone = new GenerativeProjection(_generator, null, whole with { Restarts = 1 })
                .Project(images[i].unsqueeze(0), starts[(i * 4) + pruned.Restarts[i]].unsqueeze(0), WorkContext.Default);
            Assert.True(ReferenceVectors.Distance(pruned.Codes[i], alone.Codes[0]) < 1e-12);
        }
    }

    [Fact]
    public void An_image_that_is_near_enough_stops_and_the_others_go_on_as_before()
    {
        var options = new ProjectionOptions { Restarts = 4, Steps = 60, LearningRate = 2 };
        var starts = ReferenceVectors.Of("proj_z0").view(-1, 6);
        var images = ReferenceVectors.Of("proj_x").clone();
        // The first image is one of the generator's, from a start.
        images[0] = _generator.Images(starts[1].unsqueeze(0))[0];
        var stopped = new GenerativeProjection(_generator, null, options with { StopBelow = 1e-5 }).Project(images, starts, WorkContext.Default);
        var whole = new GenerativeProjection(_generator, null, options).Project(images, starts, WorkContext.Default);
        Assert.Equal(ProjectionExit.ErrorReached, stopped.Exits[0]);
        Assert.Equal(40, stopped.Steps[0]);
        Assert.Equal(1, stopped.Restarts[0]);
        for (var i = 1; i < 5; i++)
        {
            Assert.Equal(ProjectionExit.StepsDone, stopped.Exits[i]);
            Assert.True(ReferenceVectors.Distance(stopped.Codes[i], whole.Codes[i]) < 1e-12);
        }
    }

    [Fact]
    public void A_projection_whose_steps_leave_the_numbers_gives_the_start()
    {
        var options = new ProjectionOptions { Restarts = 2, Steps = 5, LearningRate = 1e9, Momentum = 0, DecayAfter = 1 };
        var images = ReferenceVectors.Of("proj_x");
        var starts = full([10, 6], Held(double.NaN), ScalarType.Float64);
        var projected = new GenerativeProjection(_generator, null, options).Project(images, starts, WorkContext.Default);
        Assert.All(projected.Exits, exit => Assert.Equal(ProjectionExit.Diverged, exit));
    }

    [Fact]
    public void The_first_start_is_the_inverters_code_and_draws_are_an_images_own()
    {
        var projection = new GenerativeProjection(_generator, _inverter, new ProjectionOptions { Restarts = 3, Sigma = 0.2 });
        var images = ReferenceVectors.Of("proj_x");
        SeededRandom[] draws = [.. Enumerable.Range(0, 5).Select(i => new SeededRandom((long)i))];
        var starts = projection.Starts(images, draws).view(5, 3, 6);
        Assert.True(ReferenceVectors.Distance(starts.select(1, 0), _inverter.Codes(images)) < 1e-15);
        var fourth = projection.Starts(images[3].unsqueeze(0), [draws[3]]).view(3, 6);
        Assert.True(ReferenceVectors.Distance(fourth, starts[3]) < 1e-15);
        Assert.True(ReferenceVectors.Distance(starts.select(1, 1), starts.select(1, 0)) > 1e-3);
        Assert.True(projection.IsRandom);
        Assert.False(new GenerativeProjection(_generator, _inverter, new ProjectionOptions { Restarts = 1 }).IsRandom);
        Assert.True(new GenerativeProjection(_generator, null, new ProjectionOptions { Restarts = 1 }).IsRandom);
    }

    [Fact]
    public void Images_of_another_shape_are_one_error()
    {
        var defence = new ProjectionDefence(_generator, _inverter, new ProjectionOptions());
        defence.Generator.RequireShape(new ImageShape(1, 14, 14), "these");
        Assert.Equal(
            "GeneratorShapeMismatch", Assert.Throws<InputException>(() => defence.Generator.RequireShape(new ImageShape(1, 28, 28), "these")).ErrorId);
    }

    [Theory]
    [InlineData(OptimiserKind.Sgd, false)]
    [InlineData(OptimiserKind.Sgd, true)]
    [InlineData(OptimiserKind.Adam, true)]
    public void The_gradient_through_the_unrolled_projection_is_that_of_finite_differences(OptimiserKind kind, bool inverter)
    {
        var options = new ProjectionOptions { Restarts = 2, Steps = 4, Optimiser = kind, LearningRate = kind == OptimiserKind.Sgd ? 2 : 0.05 };
        var projection = new GenerativeProjection(_generator, inverter ? _inverter : null, options);
        SeededRandom[] draws() => [new SeededRandom(5L), new SeededRandom(6L)];
        var images = ReferenceVectors.Of("proj_x")[..2].clone().requires_grad_();
        var weights = rand([2, 1, 14, 14], ScalarType.Float64);
        var unrolled = projection.Unrolled(images, draws());
        Assert.True(ReferenceVectors.Distance(unrolled.detach(), projection.Project(images.detach(), draws(), WorkContext.Default).Images) < 1e-12);
        var gradient = autograd.grad([(unrolled * weights).sum()], [images])[0];
        FiniteDifferences.Check(images, gradient, at => (projection.Project(at, draws(), WorkContext.Default).Images * weights).sum(), 1e-5, 1e-6);
    }

    [Fact]
    public void The_jacobian_by_differences_is_that_of_the_graph()
    {
        var codes = ReferenceVectors.Of("proj_z0").view(-1, 6)[..2].clone().requires_grad_();
        var weights = rand([2, 196], ScalarType.Float64);
        var pulled = weights.unsqueeze(1).bmm(ProjectionTangent.Jacobian(_generator, codes)).squeeze(1);
        var exact = autograd.grad([(_generator.Images(codes).flatten(1) * weights).sum()], [codes])[0];
        Assert.True(ReferenceVectors.Distance(pulled.detach(), exact) < 1e-4);
    }

    [Theory]
    [InlineData(false, 0.7)]
    [InlineData(true, 0.7)]
    [InlineData(true, 0.0)]
    public void The_tangents_gradient_is_that_of_the_regularised_least_squares(bool inverter, double strength)
    {
        var codes = ReferenceVectors.Of("proj_z0").view(-1, 6)[..2].clone();
        var images = ReferenceVectors.Of("proj_x")[..2].clone().requires_grad_();
        var weights = rand([2, 1, 14, 14], ScalarType.Float64);
        var standIn = ProjectionTangent.StandIn(_generator, inverter ? _inverter : null, images, codes, strength);
        var gradient = autograd.grad([(standIn * weights).sum()], [images])[0];
        var jacobian = ProjectionTangent.Jacobian(_generator, codes);
        var rows = cat([jacobian.mul(Held(Math.Sqrt(strength))), eye(6, dtype: ScalarType.Float64).expand(2, 6, 6)], 1);
        FiniteDifferences.Check(images, gradient, at => (Least(at) * weights).sum(), 1e-5, 1e-6);

        // v that minimises mu norm(J v - x)^2 + norm(v - z_0(x))^2, as J v.
        Tensor Least(Tensor at)
        {
            var start = inverter ? _inverter.Codes(at) : zeros([2, 6], dtype: ScalarType.Float64);
            var right = cat([at.flatten(1).mul(Held(Math.Sqrt(strength))), start], 1).unsqueeze(2);
            return jacobian.bmm(linalg.lstsq(rows, right).Solution).view(2, 1, 14, 14);
        }
    }

    [Fact]
    public void The_strength_of_many_small_steps_is_that_of_their_sum()
    {
        var options = new ProjectionOptions { Steps = 10, LearningRate = 3, Momentum = 0.5, DecayAfter = 0.8 };
        Assert.Equal(2 * ((8 * 3) + (2 * 0.3)) / 0.5 / 196, options.Strength(196), 1e-12);
        Assert.Equal(196, (options with { Form = EquationForm.Printed }).Strength(196) / options.Strength(196), 1e-9);
        Assert.Equal(0, (options with { Steps = 0 }).Strength(196));
    }
}
