using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>What a projection made of a batch; the tensors belong to the caller's scope.</summary>
/// <param name="Images">G(z*), N x C x H x W.</param>
/// <param name="Codes">z*, N x D.</param>
/// <param name="Errors">The mean square error of a pixel, N.</param>
/// <param name="Restarts">The start that won, an image each.</param>
/// <param name="Steps">Gradients taken over all starts, an image each: the effective number of steps (section 5.5.2).</param>
/// <param name="Exits">Why it ended, an image each.</param>
internal sealed record ProjectedBatch(
    Tensor Images, Tensor Codes, Tensor Errors, int[] Restarts, int[] Steps, ProjectionExit[] Exits);

/// <summary>
/// Projection onto the range of a generator (Algorithm 5.1): of R starts z_0, each moved T steps down the gradient of
/// norm(G(z) - x)^2, the one that ends nearest. Starts are draws of N(0, I), DefenseGAN's, or with an inverter I(x) + sigma tau,
/// InvGAN's. All starts of a batch move together.
/// </summary>
internal sealed class GenerativeProjection(GenerativeModel generator, InverterModel? inverter, ProjectionOptions options)
{
    private const double AdamBeta1 = 0.9;
    private const double AdamBeta2 = 0.999;
    private const double AdamFloor = 1e-8;
    private const int StopInterval = 10;

    /// <summary>The settings.</summary>
    public ProjectionOptions Options => options;

    /// <summary>Whether it draws: all starts but the inverter's own code are draws.</summary>
    public bool IsRandom => inverter is null || (options.Restarts > 1 && options.Sigma > 0);

    /// <summary>The starts, N R x D, those of an image side by side; gradients flow through the inverter.</summary>
    /// <param name="images">N x C x H x W.</param>
    /// <param name="draws">A generator for each image.</param>
    public Tensor Starts(Tensor images, SeededRandom[] draws)
    {
        var (count, length, restarts) = (draws.Length, generator.LatentLength, options.Restarts);
        using var scope = NewDisposeScope();
        var noise = new double[count * restarts * length];
        for (var image = 0; image < count; image++)
        {
            for (var restart = 0; restart < restarts; restart++)
            {
                if (inverter is not null && restart == 0) continue;
                var random = draws[image].Fork(restart);
                foreach (ref var value in noise.AsSpan(((image * restarts) + restart) * length, length)) value = random.NextGaussian();
            }
        }

        var drawn = tensor(noise, [count * restarts, length]).to(generator.ElementType, generator.Device);
        if (inverter is null) return drawn.MoveToOuterDisposeScope();
        var codes = inverter.Codes(images).repeat_interleave(restarts, 0);
        return codes.add(drawn, alpha: Held(options.Sigma)).MoveToOuterDisposeScope();
    }

    /// <summary>Projects; no gradient flows to the images.</summary>
    /// <param name="images">N x C x H x W of the generator's shape and type.</param>
    /// <param name="draws">A generator for each image.</param>
    /// <param name="work">Cancellation.</param>
    public ProjectedBatch Project(Tensor images, SeededRandom[] draws, WorkContext work)
    {
        using var scope = NewDisposeScope();
        var fixedImages = images.detach();
        Tensor starts;
        using (no_grad()) starts = Starts(fixedImages, draws);
        var projected = Project(fixedImages, starts, work);
        foreach (var tensor in (Tensor[])[projected.Images, projected.Codes, projected.Errors]) tensor.MoveToOuterDisposeScope();
        return projected;
    }

    /// <summary>Projects from given starts, N R x D.</summary>
    public ProjectedBatch Project(Tensor images, Tensor starts, WorkContext work)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var run = new Descent(this, images, starts);
        for (var step = 0; step < options.Steps && run.Open > 0; step++)
        {
            work.ThrowIfCancelled();
            using var inner = NewDisposeScope();
            run.Move(step);
            if (step + 1 == options.PruneAfter && options.PruneTo < run.Width) run.Prune();
            else if (options.StopBelow > 0 && (step + 1) % StopInterval == 0) run.LetGo();
        }

        return run.Finish();
    }

    /// <summary>
    /// The projection as a function of the images through which gradients flow: every step is part of the graph, so few steps
    /// only. Nothing is pruned or stopped early.
    /// </summary>
    public Tensor Unrolled(Tensor images, SeededRandom[] draws)
    {
        using var scope = NewDisposeScope();
        var targets = images.repeat_interleave(options.Restarts, 0);
        var codes = Starts(images, draws);
        if (!codes.requires_grad) codes = codes.requires_grad_();
        var state = new Tensor[] { zeros_like(codes).detach(), zeros_like(codes).detach() };
        for (var step = 0; step < options.Steps; step++)
        {
            var loss = Losses(codes, targets).sum();
            var gradient = autograd.grad([loss], [codes], retain_graph: true, create_graph: true)[0];
            codes = Next(codes, gradient, state, step);
        }

        var made = generator.Images(codes);
        Tensor best;
        using (no_grad())
        {
            var errors = Squares(made - targets).nan_to_num(double.PositiveInfinity).view(-1, options.Restarts);
            best = errors.argmin(1).Plus(First(errors, options.Restarts));
        }

        return made.index_select(0, best).MoveToOuterDisposeScope();
    }

    private Tensor Losses(Tensor codes, Tensor targets) => options.Form == EquationForm.Printed
        ? (generator.Images(codes) - targets).pow(Held(2)).flatten(1).sum(1L)
        : Squares(generator.Images(codes) - targets);

    private static Tensor Squares(Tensor difference) => difference.flatten(1).pow(Held(2)).mean([1L]);

    // The first start of each image.
    private static Tensor First(Tensor errors, int width) => tensor(
        [.. Enumerable.Range(0, (int)errors.shape[0]).Select(image => (long)image * width)], ScalarType.Int64, errors.device);

    // One step; the state is the momentum, or the means of Adam, and is replaced.
    private Tensor Next(Tensor codes, Tensor gradient, Tensor[] state, int step)
    {
        var rate = options.RateAt(step);
        if (options.Optimiser == OptimiserKind.Sgd)
        {
            state[0] = state[0].mul(Held(options.Momentum)).Plus(gradient);
            return codes.add(state[0], alpha: Held(-rate));
        }

        state[0] = state[0].mul(Held(AdamBeta1)).add(gradient, alpha: Held(1 - AdamBeta1));
        state[1] = state[1].mul(Held(AdamBeta2)).add(gradient * gradient, alpha: Held(1 - AdamBeta2));
        var scale = state[1].div(Held(1 - Math.Pow(AdamBeta2, step + 1))).sqrt().Plus(Held(AdamFloor));
        return codes.add(state[0] / scale, alpha: Held(-rate / (1 - Math.Pow(AdamBeta1, step + 1))));
    }

    // The starts that still move. All tensors of it belong to the scope in which it was made.
    private sealed class Descent
    {
        private readonly GenerativeProjection _owner;
        private readonly Tensor _images;
        private readonly Tensor _codes;
        private readonly Tensor _firstCodes;
        private readonly int[] _spent;
        private readonly ProjectionExit[] _exits;
        private readonly int[] _winners;
        private Tensor _open;
        private Tensor _targets;
        private Tensor[] _state;
        private int[] _rows;
        private int[] _starts;

        public Descent(GenerativeProjection owner, Tensor images, Tensor starts)
        {
            (_owner, _images) = (owner, images);
            var count = (int)images.shape[0];
            Width = owner.Options.Restarts;
            _open = starts.clone();
            _targets = images.repeat_interleave(Width, 0);
            _state = [zeros_like(starts), zeros_like(starts)];
            _rows = [.. Enumerable.Range(0, count)];
            _starts = [.. Enumerable.Range(0, count * Width).Select(place => place % Width)];
            _codes = zeros([count, starts.shape[1]], starts.dtype, starts.device);
            _firstCodes = starts.view(count, Width, -1).select(1, 0).clone();
            (_spent, _exits, _winners) = (new int[count], new ProjectionExit[count], new int[count]);
        }

        /// <summary>Starts of an image.</summary>
        public int Width { get; private set; }

        /// <summary>Images that still move.</summary>
        public int Open => _rows.Length;

        public void Move(int step)
        {
            Tensor gradient;
            using (enable_grad())
            {
                var leaf = _open.detach().requires_grad_();
                gradient = autograd.grad([_owner.Losses(leaf, _targets).sum()], [leaf])[0];
            }

            var (old, oldState) = (_open, (Tensor[])[.. _state]);
            _open = _owner.Next(_open, gradient, _state, step).MoveToOtherDisposeScope(_codes);
            for (var i = 0; i < _state.Length; i++)
            {
                if (ReferenceEquals(_state[i], oldState[i])) continue;
                _state[i].MoveToOtherDisposeScope(_codes);
                oldState[i].Dispose();
            }

            old.Dispose();
            foreach (var row in _rows) _spent[row] += Width;
        }

        /// <summary>Keeps the best starts of each image.</summary>
        public void Prune()
        {
            var errors = Errors().view(-1, Width);
            var kept = errors.topk(_owner.Options.PruneTo, 1, largest: false, sorted: true).indexes;
            Narrow(kept.Plus(First(errors, Width).unsqueeze(1)).flatten());
            Width = _owner.Options.PruneTo;
        }

        /// <summary>Lets images go whose best start is near enough.</summary>
        public void LetGo()
        {
            var near = Errors().view(-1, Width).amin([1L]).le(Held(_owner.Options.StopBelow)).cpu().data<bool>().ToArray();
            if (!Array.Exists(near, one => one)) return;
            int[] gone = [.. Enumerable.Range(0, near.Length).Where(place => near[place])];
            foreach (var place in gone) _exits[_rows[place]] = ProjectionExit.ErrorReached;
            Close(gone);
            int[] left = [.. Enumerable.Range(0, near.Length).Where(place => !near[place])];
            var rows = _rows;
            Narrow(tensor([.. left.SelectMany(place => Enumerable.Range(place * Width, Width).Select(start => (long)start))], ScalarType.Int64, _open.device));
            _rows = [.. left.Select(place => rows[place])];
        }

        /// <summary>The result, in the scope around that of the run.</summary>
        public ProjectedBatch Finish()
        {
            if (Open > 0) Close([.. Enumerable.Range(0, Open)]);
            var images = _owner.Generator.Images(_codes);
            var errors = Squares(images - _images);
            return new ProjectedBatch(
                images.MoveToOuterDisposeScope(), _codes.MoveToOuterDisposeScope(), errors.MoveToOuterDisposeScope(), _winners, _spent, _exits);
        }

        // Writes the best start of some of the open images.
        private void Close(int[] places)
        {
            var errors = Errors().view(-1, Width);
            var best = errors.argmin(1).cpu().data<long>().ToArray();
            var lost = errors.isinf().all(1).cpu().data<bool>().ToArray();
            foreach (var place in places)
            {
                var (row, start) = (_rows[place], (place * Width) + (int)best[place]);
                _winners[row] = _starts[start];
                if (lost[place]) _exits[row] = ProjectionExit.Diverged;
                _codes[row] = lost[place] ? _firstCodes[row] : _open[start];
            }
        }

        // Infinite where a start has left the numbers.
        private Tensor Errors()
        {
            var errors = Squares(_owner.Generator.Images(_open) - _targets);
            return errors.masked_fill(errors.isfinite().logical_not(), Held(double.PositiveInfinity));
        }

        private void Narrow(Tensor index)
        {
            var places = index.cpu().data<long>().ToArray();
            _starts = [.. places.Select(place => _starts[place])];
            _open = Kept(_open, index);
            _targets = Kept(_targets, index);
            for (var i = 0; i < _state.Length; i++) _state[i] = Kept(_state[i], index);
        }

        private Tensor Kept(Tensor values, Tensor index)
        {
            using (values) return values.index_select(0, index).MoveToOtherDisposeScope(_codes);
        }
    }

    private GenerativeModel Generator => generator;
}
