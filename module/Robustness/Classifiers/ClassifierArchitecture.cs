using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>The architectures of classifiers, by the names that model files carry.</summary>
public sealed class ClassifierArchitecture
{
    private readonly Func<ImageShape, bool> _takes;
    private readonly Func<ImageShape, int, ClassifierNetwork> _create;

    private ClassifierArchitecture(
        string name, string title, Func<ImageShape, bool> takes, Func<ImageShape, int, ClassifierNetwork> create)
    {
        (Name, Title, _takes, _create) = (name, title, takes, create);
    }

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<ClassifierArchitecture> All { get; } =
    [
        new("model-a", "Classifier A of DefenseGAN, for 28x28", ModelA.Takes, (shape, classes) => new ModelA(shape, classes)),
        new("small", "two small convolutions, for quick use", SmallConvNet.Takes, (shape, classes) => new SmallConvNet(shape, classes)),
        new("wide-resnet", "Madry's wide ResNet, for 32x32", WideResNet.Takes, (shape, classes) => new WideResNet(shape, classes)),
    ];

    /// <summary>The name, in lower case.</summary>
    public string Name { get; }

    /// <summary>What it is.</summary>
    public string Title { get; }

    /// <summary>The architecture of a name, in any case.</summary>
    /// <exception cref="InputException"><c>ArchitectureUnknown</c>, with the nearest name.</exception>
    public static ClassifierArchitecture Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new InputException(
                "ArchitectureUnknown", FaultKind.InvalidArgument,
                $"'{Printable.Text(name)}' is no architecture. {NearestName.Suggest(name, [.. All.Select(known => known.Name)])}",
                name);
    }

    /// <summary>Creates the network; call after <see cref="TorchBackend.EnsureLoaded"/>.</summary>
    /// <exception cref="InputException"><c>ArchitectureShapeInvalid</c>: it cannot take such images.</exception>
    internal ClassifierNetwork Create(ImageShape shape, int classes)
    {
        RequireShape(shape);
        return _create(shape, classes);
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
