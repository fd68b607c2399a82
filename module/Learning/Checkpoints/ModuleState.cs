using System.Globalization;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// A module's parameters and buffers in an archive, under the names that PyTorch's state_dict gives them, with a prefix
/// where the archive holds more than the module.
/// </summary>
internal static class ModuleState
{
    /// <summary>The error id of an archive that holds other tensors than the module.</summary>
    public const string Mismatch = "ModelStateMismatch";

    /// <summary>The error id of a weight that is NaN or infinite.</summary>
    public const string NotFinite = "ModelNotFinite";

    /// <summary>Copies the module into the archive, float32 as 16 bits where asked: round it before (<see cref="Round"/>).</summary>
    public static void Save(nn.Module module, TensorArchive archive, string prefix = "", bool half = false)
    {
        foreach (var (name, tensor) in module.state_dict())
        {
            using var scope = NewDisposeScope();
            var values = half && tensor.dtype == ScalarType.Float32 ? tensor.to(ScalarType.Float16) : tensor;
            archive.Add(TensorBytes.Archive(prefix + name, values));
        }
    }

    /// <summary>Rounds the module's float32 values to what 16 bits hold, so that what is measured is what is written.</summary>
    public static void Round(nn.Module module)
    {
        using var guard = no_grad();
        foreach (var tensor in module.state_dict().Values.Where(tensor => tensor.dtype == ScalarType.Float32))
        {
            using var scope = NewDisposeScope();
            tensor.copy_(tensor.to(ScalarType.Float16));
        }
    }

    /// <summary>
    /// Copies the archive's tensors into the module, which must have the same names, shapes and types; 16 bits become float32.
    /// </summary>
    /// <exception cref="InputException"><c>ModelStateMismatch</c>, <c>ModelNotFinite</c>, with the tensor's name.</exception>
    public static void Load(nn.Module module, TensorArchive archive, string path, string prefix = "")
    {
        RequireMatch(module, archive, path, prefix);
        using var guard = no_grad();
        foreach (var (name, target) in module.state_dict()) Copy(archive.Find(prefix + name)!, target, path);
    }

    /// <summary>The archive's tensors have the names, shapes and types of the module's.</summary>
    /// <exception cref="InputException"><c>ModelStateMismatch</c>, with the tensor's name.</exception>
    public static void RequireMatch(nn.Module module, TensorArchive archive, string path, string prefix = "")
    {
        var state = module.state_dict();
        var stranger = archive.Tensors.FirstOrDefault(tensor =>
            tensor.Name.StartsWith(prefix, StringComparison.Ordinal) && !state.ContainsKey(tensor.Name[prefix.Length..]));
        if (stranger is not null) throw Fault($"has a tensor '{Data.Printable.Text(stranger.Name)}' that the network has not", path);
        foreach (var (name, target) in state)
        {
            var source = archive.Find(prefix + name) ?? throw Fault($"lacks the tensor '{prefix + name}'", path);
            if (!source.Shape.SequenceEqual(target.shape))
            {
                throw Fault(
                    $"has '{source.Name}' of shape [{string.Join(", ", source.Shape)}]; the network's is "
                    + $"[{string.Join(", ", target.shape)}]", path);
            }

            if (TensorBytes.TypeOf(source.Element) == target.dtype) continue;
            if (source.Element == TensorElement.F16 && target.dtype == ScalarType.Float32) continue;
            throw Fault($"has '{source.Name}' of type {source.Element}; the network's is {target.dtype}", path);
        }
    }

    private static void Copy(ArchivedTensor source, Tensor target, string path)
    {
        using var scope = NewDisposeScope();
        var values = TensorBytes.Restore(source);
        if (values.is_floating_point() && !values.isfinite().all().item<bool>())
        {
            throw new InputException(
                NotFinite, FaultKind.InvalidData, $"'{path}' has a weight in '{source.Name}' that is NaN or infinite.", path);
        }

        target.copy_(values);
    }

    private static InputException Fault(string reason, string path) => new(
        Mismatch, FaultKind.InvalidData, string.Create(CultureInfo.InvariantCulture, $"'{path}' {reason}."), path);
}
