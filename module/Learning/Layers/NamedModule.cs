using TorchSharp.Modules;
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

    /// <summary>
    /// The parameter of a name; null where there is none. A move to another device or type replaces parameters, and a field that
    /// held one would hold what is released.
    /// </summary>
    protected Parameter? Registered(string name) => get_parameter(name);
}
