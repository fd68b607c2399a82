namespace Thesis.Engine.Tomography;

/// <summary>A simulated scan of a slice with metal, and what it would be without.</summary>
/// <param name="Corrupted">The scan with metal: sinogram, image, mask and trace.</param>
/// <param name="TrueSinogram">The sinogram without metal, as <see cref="ArtifactSimulationOptions.Truth"/> says.</param>
/// <param name="TrueImage">The clean slice, 1/cm.</param>
public sealed record SimulatedScan(CorruptedScan Corrupted, Sinogram TrueSinogram, SliceImage TrueImage);
