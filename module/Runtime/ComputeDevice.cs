using System.Globalization;

namespace Thesis.Engine.Runtime;

/// <summary>
/// A device for tensor operations: <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>, or <c>auto</c> (CUDA where the native
/// backend has it, else the CPU). Parsing names no tensor type, so it loads no native library.
/// </summary>
/// <param name="Kind">The kind.</param>
/// <param name="Index">The CUDA index; 0 elsewhere.</param>
public readonly record struct ComputeDevice(ComputeDeviceKind Kind, int Index = 0)
{
    /// <summary>The CPU.</summary>
    public static ComputeDevice Cpu { get; } = new(ComputeDeviceKind.Cpu);

    /// <summary>Parses a device's name, in any case.</summary>
    /// <exception cref="InputException"><c>DeviceNameInvalid</c>: the text names no device.</exception>
    public static ComputeDevice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var name = text.Trim().ToLowerInvariant();
        if (name == "auto") return new ComputeDevice(ComputeDeviceKind.Auto);
        if (name == "cpu") return Cpu;
        if (name == "cuda") return new ComputeDevice(ComputeDeviceKind.Cuda);
        const string prefix = "cuda:";
        if (name.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < 256)
        {
            return new ComputeDevice(ComputeDeviceKind.Cuda, index);
        }

        throw new InputException(
            "DeviceNameInvalid", FaultKind.InvalidArgument,
            $"'{text}' names no device. Known: auto, cpu, cuda, cuda:N.", text);
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        ComputeDeviceKind.Cuda => string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}"),
        ComputeDeviceKind.Auto => "auto",
        _ => "cpu",
    };
}

/// <summary>The kinds of device.</summary>
public enum ComputeDeviceKind
{
    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda,

    /// <summary>CUDA where there is one, else the CPU.</summary>
    Auto,
}
