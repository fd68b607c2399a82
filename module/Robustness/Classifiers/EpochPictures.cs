using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// A picture at each epoch's end, <c>epoch-0001.png</c>: the first validation images with their classes, and what the
/// network takes them for; in adversarial training as they are after the attack of training.
/// </summary>
internal sealed class EpochPictures(string folder, LabelledImages images, ITrainingAttack? attack)
{
    private const int Columns = 10;
    private const string Pattern = "epoch-*.png";
    private const int Seed = 1;

    private readonly int[] _indices = [.. Enumerable.Range(0, Math.Min(Columns, images.Count))];

    /// <summary>Fails where the folder holds pictures of a run.</summary>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public static void RequireNone(string folder)
    {
        var found = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, Pattern).Min(StringComparer.Ordinal) : null;
        if (found is not null) throw AtomicFile.Exists(found);
    }

    /// <summary>Draws the picture of an epoch; the network is in evaluation mode.</summary>
    public void Write(ClassifierNetwork network, int epoch, Device device)
    {
        using var scope = NewDisposeScope();
        var clean = ImageBatches.Images(images, _indices, device);
        var labels = ImageBatches.Labels(images, _indices, device);
        var grid = new AdversarialGrid(images.Shape, _indices.Length);
        grid.AddImages(Values(clean), Names(labels));
        var shown = clean;
        if (attack is not null)
        {
            // One seed for all epochs, and not the run's: the pictures compare, and the run is the same without them.
            using var generator = new Generator(Seed, device);
            shown = attack.Attacked(network, clean, labels, generator);
        }

        using var none = no_grad();
        grid.AddImages(Values(shown), Names(network.forward(shown).argmax(1)));
        if (attack is not null) grid.AddChanges(Values(clean), Values(shown));
        grid.Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"epoch-{epoch:D4}.png")), overwrite: true);
    }

    private string[] Names(Tensor classes) =>
        Array.ConvertAll(classes.cpu().data<long>().ToArray(), label => Printable.Text(images.ClassNames[(int)label]));

    private static float[] Values(Tensor shown) => shown.cpu().contiguous().data<float>().ToArray();
}
