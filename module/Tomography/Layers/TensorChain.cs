using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>Tensor operators one after another, the first applied first.</summary>
internal sealed class TensorChain(params ITensorOperator[] links) : ITensorOperator
{
    public Tensor Apply(Tensor input) => Run(input, links, static (link, x) => link.Apply(x));

    public Tensor ApplyAdjoint(Tensor output) => Run(output, [.. links.Reverse()], static (link, x) => link.ApplyAdjoint(x));

    public void Dispose()
    {
        foreach (var link in links) link.Dispose();
    }

    private static Tensor Run(Tensor from, ITensorOperator[] links, Func<ITensorOperator, Tensor, Tensor> step)
    {
        var at = from;
        foreach (var link in links)
        {
            var next = step(link, at);
            if (!ReferenceEquals(at, from)) at.Dispose();
            at = next;
        }

        return at;
    }
}
