using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// CNNMAR's published network (github.com/yanbozhang007/CNN-MAR) as an npz of its MatConvNet arrays: w1 .. w5 of 3 x 3 x inputs x
/// outputs, b1 .. b5, float32. It was trained on images in 1/cm; here images are in multiples of water, so its biases are divided by
/// .192, which gives the same numbers since ReLU keeps factors.
/// </summary>
internal static class PublishedPrior
{
    private const int Layers = 5;
    private const int Side = 3;
    private const int Inputs = 3;
    private const int MostFeatures = 1024;

    /// <summary>Reads the network.</summary>
    /// <exception cref="InputException"><c>ReducerModelInvalid</c>, <c>ModelNotFinite</c>, faults of the archive.</exception>
    public static PriorNetwork Load(string path, WorkContext work)
    {
        var weights = new NpyArray[Layers];
        var biases = new NpyArray[Layers];
        for (var layer = 0; layer < Layers; layer++)
        {
            weights[layer] = NpzFeatureReader.ReadOne(path, FormattableString.Invariant($"w{layer + 1}"), work);
            biases[layer] = NpzFeatureReader.ReadOne(path, FormattableString.Invariant($"b{layer + 1}"), work);
        }

        var features = weights[0].Shape is [Side, Side, Inputs, > 0 and <= MostFeatures and var width] ? width : 0;
        for (var layer = 0; layer < Layers; layer++)
        {
            int[] shape = [Side, Side, layer == 0 ? Inputs : features, layer == Layers - 1 ? 1 : features];
            Require(weights[layer], shape, path);
            Require(biases[layer], [shape[3]], path);
        }

        var network = new PriorNetwork(features, CPU);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        for (var layer = 0; layer < Layers; layer++)
        {
            var convolution = network.Layer(layer);
            var weight = tensor(weights[layer].ToSingle(), weights[layer].Shape.Select(length => (long)length).ToArray());
            convolution.Weight.copy_(weight.permute(3, 2, 0, 1));
            convolution.Bias!.copy_(tensor(biases[layer].ToSingle()) / HeldScalar.Held(HounsfieldScale.WaterAttenuation));
        }

        return network;
    }

    private static void Require(NpyArray array, int[] shape, string path)
    {
        if (!array.Shape.SequenceEqual(shape))
        {
            throw new InputException(
                "ReducerModelInvalid", FaultKind.InvalidData,
                $"'{array.Source}' has the shape {string.Join(" x ", array.Shape)}; CNNMAR's has {string.Join(" x ", shape)}.", path);
        }

        if (Array.TrueForAll(array.ToSingle(), float.IsFinite)) return;
        throw new InputException(
            Learning.ModuleState.NotFinite, FaultKind.InvalidData, $"'{array.Source}' has a weight that is NaN or infinite.", path);
    }
}
