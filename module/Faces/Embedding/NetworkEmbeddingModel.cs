using Thesis.Engine.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Faces;

/// <summary>
/// A network of Build-FaceEmbedder as it makes features: in evaluation mode, features of the length alpha where it was
/// trained so. One run takes all threads; the last digits of a feature depend on their number.
/// </summary>
internal sealed class NetworkEmbeddingModel : IEmbeddingModel
{
    private readonly EmbeddingNetwork _network;
    private readonly EmbedderDescription _description;
    private readonly Device _device;

    private NetworkEmbeddingModel(EmbeddingNetwork network, EmbedderDescription description, Device device)
    {
        (_network, _description, _device) = (network, description, device);
        network.to(device);
        network.eval();
    }

    /// <summary>Any number of faces goes into a run.</summary>
    public int Batch => 0;

    /// <inheritdoc/>
    public int Rows => _description.Shape.Height;

    /// <inheritdoc/>
    public int Columns => _description.Shape.Width;

    /// <inheritdoc/>
    public int Dimension => _network.Dimension;

    /// <summary>Loads a file, onto a device.</summary>
    /// <exception cref="InputException"><c>DeviceNotFound</c>; the faults of <see cref="EmbedderFile.Load"/>.</exception>
    public static NetworkEmbeddingModel Load(string path, ComputeDevice device)
    {
        var place = TensorDevice.Of(device);
        var (network, description) = EmbedderFile.Load(path, WorkContext.Default);
        return new NetworkEmbeddingModel(network, description, place);
    }

    /// <inheritdoc/>
    public int Begin(int threads)
    {
        if (get_num_threads() != threads) set_num_threads(threads);
        return 1;
    }

    /// <inheritdoc/>
    public float[] Run(float[] input, int faces)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var images = tensor(input, [faces, 3, Rows, Columns], device: _device);
        return IdentityHead.Constrain(_network.forward(images), _description.Alpha).cpu().contiguous().data<float>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
