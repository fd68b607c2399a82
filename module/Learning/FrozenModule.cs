using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// A module whose parameters want no gradient and which is, unless told otherwise, in evaluation mode, until this is disposed: as a
/// step does that only looks through it, such as the search for adversarial images.
/// </summary>
internal sealed class FrozenModule : IDisposable
{
    private readonly nn.Module _module;
    private readonly Tensor[] _parameters;
    private readonly bool _wasTraining;

    /// <summary>Freezes; parameters that were frozen stay so afterwards.</summary>
    /// <param name="module">The module.</param>
    /// <param name="evaluation">Whether it goes into evaluation mode.</param>
    public FrozenModule(nn.Module module, bool evaluation = true)
    {
        (_module, _wasTraining) = (module, module.training);
        _parameters = [.. module.parameters().Where(parameter => parameter.requires_grad)];
        foreach (var parameter in _parameters) parameter.requires_grad_(false);
        if (evaluation) module.eval();
    }

    /// <summary>Lets the parameters learn again, and restores the mode.</summary>
    public void Dispose()
    {
        foreach (var parameter in _parameters) parameter.requires_grad_(true);
        if (_wasTraining) _module.train();
    }
}
