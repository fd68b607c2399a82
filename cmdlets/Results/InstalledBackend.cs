namespace Thesis.Cmdlets;

/// <summary>A backend's native libraries: what Install-ThesisBackend emits.</summary>
public sealed record InstalledBackend
{
    /// <summary>LibTorch or OnnxRuntime.</summary>
    public required string Component { get; init; }

    /// <summary>The NuGet package.</summary>
    public required string Package { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>The libraries' size, in MB.</summary>
    public required double Megabytes { get; init; }

    /// <summary>Installed, or Present where it was there already.</summary>
    public required string Status { get; init; }

    /// <summary>The folder of the libraries.</summary>
    public required string Path { get; init; }
}
