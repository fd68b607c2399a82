using static TorchSharp.torch;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>
/// An operator from a version of the operator set on, until a later entry of its name. An attribute that is not listed is
/// refused, so that none is passed over in silence.
/// </summary>
/// <param name="Name">The operator.</param>
/// <param name="Since">The first version of the operator set that means it so.</param>
/// <param name="Attributes">The attributes that it takes, split by blanks.</param>
/// <param name="Run">Computes the outputs; they belong to the caller's scope.</param>
internal sealed record OnnxOperator(string Name, int Since, string Attributes, Func<OnnxCall, Tensor[]> Run)
{
    /// <summary>An operator with one output.</summary>
    public static OnnxOperator One(string name, int since, string attributes, Func<OnnxCall, Tensor> run) =>
        new(name, since, attributes, call => [run(call)]);

    /// <summary>An operator of one value, without attributes.</summary>
    public static OnnxOperator Unary(string name, Func<Tensor, Tensor> run) => One(name, 1, "", call => run(call.X));

    /// <summary>Whether it takes an attribute of that name.</summary>
    public bool Takes(string attribute) => Attributes.Split(' ').Contains(attribute);
}
