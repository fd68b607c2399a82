using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The images that on-manifold training learns from beside the clean ones (<see cref="ManifoldTraining"/>).</summary>
/// <param name="options">The settings.</param>
/// <param name="generator">G; it is released with this.</param>
/// <param name="inverter">I; it is released with this.</param>
internal sealed class ManifoldAttack(ManifoldTraining options, GenerativeModel generator, InverterModel inverter) : ITrainingAttack, IDisposable
{
    /// <summary>Loads the models for images of a shape.</summary>
    /// <exception cref="InputException">The faults of the models' files; <c>GeneratorShapeMismatch</c>.</exception>
    public static ManifoldAttack Load(ManifoldTraining options, LabelledImages images, WorkContext work)
    {
        var (generator, _) = GenerativeFile.LoadGenerator(options.GeneratorPath, work);
        try
        {
            generator.RequireShape(images.Shape, $"those of '{images.Source}'");
            return new ManifoldAttack(options, generator, GenerativeFile.LoadInverter(options.InverterPath, generator, work));
        }
        catch
        {
            generator.Dispose();
            throw;
        }
    }

    /// <summary>Settings and models, for the record of a run.</summary>
    public string Identity(WorkContext work) => $"{options} {generator.Fingerprint} {InputFile.Sha256(options.InverterPath, work)}";

    /// <inheritdoc/>
    public Tensor Loss(ClassifierNetwork network, Tensor images, Tensor labels, Generator draws, double position)
    {
        var changed = Attacked(network, images, labels, draws);
        var clean = nn.functional.cross_entropy(network.forward(images), labels);
        return clean.Plus(nn.functional.cross_entropy(network.forward(changed), labels)).div(Held(2));
    }

    /// <inheritdoc/>
    public Tensor Attacked(ClassifierNetwork network, Tensor images, Tensor labels, Generator draws)
    {
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        using var frozen = new FrozenModule(network);
        Tensor codes;
        using (no_grad()) codes = inverter.Codes(images);
        var change = empty_like(codes).uniform_(-options.Budget, options.Budget, draws);
        for (var step = 0; step < options.Steps; step++)
        {
            using var inner = NewDisposeScope();
            var leaf = change.detach().requires_grad_();
            var loss = ClassificationLosses.CrossEntropy(network.forward(generator.Images(codes.Plus(leaf))), labels);
            var gradient = autograd.grad([loss.sum()], [leaf])[0];
            change.add_(gradient.sign(), alpha: Held(options.RelativeStep * options.Budget))
                .clamp_(Held(-options.Budget), Held(options.Budget));
        }

        using var none = no_grad();
        return generator.Images(codes.Plus(change)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        generator.Dispose();
        inverter.Dispose();
    }
}
