namespace Thesis.Engine.Tomography;

/// <summary>A scan to learn from.</summary>
/// <param name="Input">What the network sees.</param>
/// <param name="Sinogram">Y_gt, line integrals.</param>
/// <param name="Image">X_gt in multiples of the attenuation of water.</param>
/// <param name="Metal">The metal.</param>
internal sealed record RestorationExample(RestorationInput Input, float[] Sinogram, float[] Image, MetalMask Metal);
