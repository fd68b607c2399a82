using System.Collections.Immutable;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>A network of this module as attacks see it: frozen, in evaluation mode.</summary>
internal sealed class NetworkClassifier : ImageClassifier
{
    private readonly ClassifierNetwork _network;

    /// <summary>Takes the network over, and releases it when disposed.</summary>
    public NetworkClassifier(
        ClassifierNetwork network, ClassifierDescription description, Device device, ScalarType elementType)
    {
        (Name, ImageShape, Device, ElementType) = (description.Architecture, description.Shape, device, elementType);
        (ClassNames, ClassCount) = ([.. description.ClassNames], description.ClassCount);
        _network = network;
        _network.to(device, elementType);
        _network.eval();
        foreach (var parameter in _network.parameters()) parameter.requires_grad_(false);
        ChannelsLast.Apply(_network);
    }

    public override string Name { get; }

    public override ImageShape ImageShape { get; }

    public override int ClassCount { get; }

    public override ImmutableArray<string> ClassNames { get; }

    public override Device Device { get; }

    public override ScalarType ElementType { get; }

    public override bool IsDifferentiable => true;

    public override bool IsReentrant => true;

    // The scopes hold the layers' outputs while the next layer reads them.
    public override Tensor Logits(Tensor images)
    {
        using var scope = NewDisposeScope();
        return _network.forward(images).MoveToOuterDisposeScope();
    }

    public override Tensor Features(Tensor images)
    {
        using var scope = NewDisposeScope();
        return _network.Features(images).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _network.Dispose();
    }
}
