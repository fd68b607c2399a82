using System.Numerics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>Operators one after another, the first applied first. The adjoint runs them backwards.</summary>
internal sealed unsafe class OperatorChain<T>(params LinearOperator<T>[] links) : LinearOperator<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override int InputLength => links[0].InputLength;

    public override int OutputLength => links[^1].OutputLength;

    private protected override void ApplyOne(T* input, T* output, WorkContext work) => Run(input, output, 0, null, work);

    internal override void ApplyWhere(T* input, bool[] wanted, T* output, WorkContext work) => Run(input, output, 0, wanted, work);

    private protected override void ApplyAdjointOne(T* output, T* input, WorkContext work) =>
        RunBack(output, input, links.Length - 1, work);

    // Which places of the result are wanted is the last one's concern.
    private void Run(T* input, T* output, int link, bool[]? wanted, WorkContext work)
    {
        if (link == links.Length - 1)
        {
            if (wanted is null) links[link].Apply(input, output, 1, work);
            else links[link].ApplyWhere(input, wanted, output, work);
            return;
        }

        using var between = new Scratch<T>(links[link].OutputLength);
        fixed (T* middle = between.Values)
        {
            links[link].Apply(input, middle, 1, work);
            Run(middle, output, link + 1, wanted, work);
        }
    }

    private void RunBack(T* output, T* input, int link, WorkContext work)
    {
        if (link == 0)
        {
            links[link].ApplyAdjoint(output, input, 1, work);
            return;
        }

        using var between = new Scratch<T>(links[link].InputLength);
        fixed (T* middle = between.Values)
        {
            links[link].ApplyAdjoint(output, middle, 1, work);
            RunBack(middle, input, link - 1, work);
        }
    }
}
