using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Faces;

/// <summary>What of a published network is made.</summary>
/// <param name="Width">The share of its channels, in (0, 1], in blocks of 16.</param>
/// <param name="Normalised">Whether each convolution is followed by batch normalisation; ResNet-101 has it in any
/// case, the others have not as published.</param>
public sealed record EmbeddingSize(double Width = 1, bool Normalised = false);

/// <summary>The networks of chapters 2 and 3 that make features of faces, by the names that model files carry.</summary>
public sealed class EmbeddingArchitecture
{
    private readonly Func<int, int, bool> _takes;
    private readonly Func<ImageShape, EmbeddingSize, Device, EmbeddingNetwork> _create;

    private EmbeddingArchitecture(
        string name, string title, int side, Func<int, int, bool> takes,
        Func<ImageShape, EmbeddingSize, Device, EmbeddingNetwork> create)
    {
        (Name, Title, PublishedSide, _takes, _create) = (name, title, side, takes, create);
    }

    /// <summary>All of them, the smallest first.</summary>
    public static IReadOnlyList<EmbeddingArchitecture> All { get; } =
    [
        new(
            "dcnn", "the DCNN of Chen et al., 320 values, for 100x100", 100, DeepConvolutionalNetwork.Takes,
            (_, size, device) => new DeepConvolutionalNetwork(size.Width, size.Normalised, device)),
        new(
            "all-in-one", "the base network of All-in-One, 512 values, for 227x227", 227, AllInOneBase.Takes,
            (shape, size, device) => new AllInOneBase(shape.Height, shape.Width, size.Width, size.Normalised, device)),
        new(
            "resnet101", "ResNet-101, 512 values, for 224x224", 224, ResNet101.Takes,
            (_, size, device) => new ResNet101(size.Width, device)),
    ];

    /// <summary>The name, in lower case.</summary>
    public string Name { get; }

    /// <summary>What it is.</summary>
    public string Title { get; }

    /// <summary>The rows and columns of the images for which it was published.</summary>
    public int PublishedSide { get; }

    /// <summary>The architecture of a name, in any case.</summary>
    /// <param name="name">The name.</param>
    /// <param name="file">The file that names it, or null.</param>
    /// <exception cref="InputException"><c>ArchitectureUnknown</c>, with the nearest name.</exception>
    public static EmbeddingArchitecture Find(string name, string? file = null) =>
        ArchitectureNames.Find(All, known => known.Name, name, file);

    /// <summary>Creates the network on the CPU; call after <see cref="TorchBackend.EnsureLoaded"/>.</summary>
    /// <param name="shape">The shape of the images.</param>
    /// <param name="size">What of the published network it is.</param>
    internal EmbeddingNetwork Create(ImageShape shape, EmbeddingSize size) => _create(shape, size, CPU);

    /// <summary>The network without memory for its values, for its names and shapes alone.</summary>
    internal EmbeddingNetwork Outline(ImageShape shape, EmbeddingSize size) =>
        _create(shape, size, new Device(DeviceType.META));

    /// <summary>Fails when the network cannot take such images; names no tensor.</summary>
    /// <exception cref="InputException"><c>ArchitectureShapeInvalid</c>.</exception>
    internal void RequireShape(ImageShape shape)
    {
        if (shape.Channels == Photograph.Channels && _takes(shape.Height, shape.Width)) return;
        throw new InputException(
            "ArchitectureShapeInvalid", FaultKind.InvalidArgument,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The architecture '{Name}' takes no images of {shape}; it was published for {PublishedSide} x {PublishedSide}."),
            Name);
    }
}
