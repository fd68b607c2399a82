using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Random slices of bodies to learn from: chest, abdomen, pelvis, head or legs, in varied sizes and poses. Organs are ellipses and
/// superellipses that a smooth random field bends; bones have a cortex around their marrow; lungs have vessels, bowels have gas;
/// each tissue has its mean in HU, that varies from body to body, and a texture of its own. A pixel is the mean of nine samples.
/// The same generator gives the same slice.
/// </summary>
public static class AnatomicalPhantom
{
    // Samples of a pixel along each axis.
    private const int Samples = 3;

    /// <summary>Draws a slice, in HU.</summary>
    /// <param name="size">Rows and columns.</param>
    /// <param name="random">The generator.</param>
    /// <param name="work">Cancellation, threads.</param>
    public static float[] Draw(int size, SeededRandom random, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(work);
        var scene = AnatomicalScene.Draw(random);
        var textures = TissueTexture.Draw(size, random);
        var values = new float[size * size];
        Parallel.For(0, size, work.Parallel, row =>
        {
            for (var column = 0; column < size; column++)
            {
                var sum = 0.0;
                for (var sample = 0; sample < Samples * Samples; sample++)
                {
                    var x = (2 * (column + ((sample % Samples) + 0.5) / Samples) / size) - 1;
                    var y = 1 - (2 * (row + ((sample / Samples) + 0.5) / Samples) / size);
                    var part = scene.At(x, y);
                    sum += part.Hounsfield + (part.Roughness * textures[(row * size) + column]);
                }

                values[(row * size) + column] = (float)Math.Clamp(sum / (Samples * Samples), HounsfieldScale.Air, 2000);
            }
        });
        return values;
    }
}
