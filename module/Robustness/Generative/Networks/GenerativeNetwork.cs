using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>A generator G: latent codes, N x D of N(0, I), in; images, N x C x H x W in [0, 1], out.</summary>
internal abstract class GeneratorNetwork(string name, int latentLength, ImageShape imageShape) : NamedModule(name)
{
    /// <summary>D.</summary>
    public int LatentLength => latentLength;

    /// <summary>The shape of its images.</summary>
    public ImageShape ImageShape => imageShape;

    /// <summary>Draws the first values of the parameters.</summary>
    public void Initialise(Generator generator) => Learning.Initialise.Xavier(this, generator);

    /// <summary>Puts each batch normalisation into the layer before it; the network is for evaluation alone then.</summary>
    public abstract void Fold();
}

/// <summary>
/// A network from images in [0, 1], N x C x H x W, to numbers: a discriminator, N x 1 logits that an image is real, or an inverter I, N x D
/// latent codes.
/// </summary>
internal abstract class EncoderNetwork(string name) : NamedModule(name)
{
    /// <summary>Draws the first values of the parameters and of the singular vectors.</summary>
    public void Initialise(Generator generator)
    {
        Learning.Initialise.Xavier(this, generator);
        SpectralLayer.InitialiseVectors(this, generator);
    }
}
