using TorchSharp;

namespace Thesis.Engine.Runtime;

/// <summary>A <see cref="ComputeDevice"/> as the tensor library's.</summary>
internal static class TensorDevice
{
    /// <summary>The device; call after <see cref="TorchBackend.EnsureLoaded"/>.</summary>
    /// <exception cref="InputException"><c>DeviceNotFound</c>: the backend has no such CUDA device.</exception>
    public static torch.Device Of(ComputeDevice device)
    {
        if (device.Kind == ComputeDeviceKind.Cpu) return torch.CPU;
        var available = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        if (device.Kind == ComputeDeviceKind.Auto) return available > 0 ? torch.device("cuda:0") : torch.CPU;
        if (device.Index < available) return torch.device(device.ToString());
        throw new InputException(
            "DeviceNotFound", FaultKind.NotFound,
            $"There is no device {device}: the native backend sees {available} CUDA devices. "
            + $"Set {TorchBackend.FolderVariable} to a CUDA build of libtorch, or use -Device cpu.",
            device.ToString());
    }
}
