using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// A module whose layers have the names that it registers, and no others. The library registers the fields of a module,
/// too, under the fields' names, when the module becomes part of another; each parameter would then stand twice in the
/// state_dict.
/// </summary>
internal abstract class NamedModule(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>Registers nothing: the constructors do.</summary>
    protected override void RegisterComponents()
    {
    }
}
