using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The architectures of classifiers, by the names that model files carry.</summary>
public sealed class ClassifierArchitecture
{
    private readonly Func<ImageShape, bool> _takes;
    private readonly Func<ImageShape, int, Device, ClassifierNetwork> _create;

    private ClassifierArchitecture(
        string name, string title, Func<ImageShape, bool> takes, Func<ImageShape, int, Device, ClassifierNetwork> create)
    {
        (Name, Title, _takes, _create) = (name, title, takes, create);
    }

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<ClassifierArchitecture> All { get; } =
    [
        new(
            "model-a", "Classifier A of DefenseGAN, for 28x28", ModelA.Takes,
            (shape, classes, device) => new ModelA(shape, classes, device)),
        new(
            "small", "two small convolutions, for quick use", SmallConvNet.Takes,
            (shape, classes, device) => new SmallConvNet(shape, classes, device)),
        new(
            "resnet18", "ResNet-18 as torchvision has it, for 32x32 and larger", ResNet18.Takes,
            (shape, classes, device) => new ResNet18(shape, classes, device)),
        new(
            "wide-resnet", "Madry's wide ResNet, for 32x32", WideResNet.Takes,
            (shape, classes, device) => new WideResNet(shape, classes, device)),
    ];

    /// <summary>The name, in lower case.</summary>
    public string Name { get; }

    /// <summary>What it is.</summary>
    public string Title { get; }

    /// <summary>The architecture of a name, in any case.</summary>
    /// <param name="name">The name.</param>
    /// <param name="file">The file that names it, or null.</param>
    /// <exception cref="InputException"><c>ArchitectureUnknown</c>, with the nearest name.</exception>
    public static ClassifierArchitecture Find(string name, string? file = null) =>
        ArchitectureNames.Find(All, known => known.Name, name, file);

    /// <summary>Creates the network on the CPU; call after <see cref="TorchBackend.EnsureLoaded"/>.</summary>
    /// <exception cref="InputException"><c>ArchitectureShapeInvalid</c>: it cannot take such images.</exception>
    internal ClassifierNetwork Create(ImageShape shape, int classes)
    {
        RequireShape(shape);
        return _create(shape, classes, CPU);
    }

    /// <summary>
    /// The network without memory for its values, for its names and shapes alone: what a file or a folder of images asks
    /// for may be of any size.
    /// </summary>
    /// <exception cref="InputException"><c>ArchitectureShapeInvalid</c>: it cannot take such images.</exception>
    internal ClassifierNetwork Outline(ImageShape shape, int classes)
    {
        RequireShape(shape);
        return _create(shape, classes, new Device(DeviceType.META));
    }

    /// <summary>Fails when the network cannot take such images; names no tensor.</summary>
    /// <exception cref="InputException"><c>ArchitectureShapeInvalid</c>.</exception>
    internal void RequireShape(ImageShape shape)
    {
        if (_takes(shape)) return;
        throw new InputException(
            "ArchitectureShapeInvalid", FaultKind.InvalidArgument,
            $"The architecture '{Name}' takes no images of {shape}: they are too small.", Name);
    }
}
