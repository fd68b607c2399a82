using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>Modules in a row, registered as 0, 1, ... as PyTorch's Sequential does.</summary>
internal sealed class ModuleSequence : NamedModule
{
    private readonly nn.Module<Tensor, Tensor>[] _modules;

    /// <summary>Puts modules in a row.</summary>
    public ModuleSequence(params nn.Module<Tensor, Tensor>[] modules)
        : base(nameof(ModuleSequence))
    {
        _modules = modules;
        for (var i = 0; i < modules.Length; i++) register_module($"{i}", modules[i]);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => _modules.Aggregate(input, (hidden, module) => module.forward(hidden));
}
