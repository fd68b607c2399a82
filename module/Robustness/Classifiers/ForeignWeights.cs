using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>Weights of a file that does not say what network they are of: a plain state_dict.</summary>
internal static class ForeignWeights
{
    /// <summary>The network that the options name, with as many classes as the weights have.</summary>
    /// <exception cref="InputException">
    /// <c>ArchitectureRequired</c>, <c>ImageShapeRequired</c>, <c>ArchitectureUnknown</c>, <c>ArchitectureShapeInvalid</c>,
    /// <c>ModelStateMismatch</c>.
    /// </exception>
    public static ClassifierDescription Describe(TensorArchive archive, ClassifierLoadOptions options, string path)
    {
        if (options.Architecture is null)
        {
            throw new InputException(
                "ArchitectureRequired", FaultKind.InvalidArgument,
                $"'{path}' holds weights and does not say of which architecture. Give -Architecture: "
                + $"{string.Join(", ", ClassifierArchitecture.All.Select(known => known.Name))}.", path);
        }

        var shape = options.ImageShape ?? throw new InputException(
            "ImageShapeRequired", FaultKind.InvalidArgument,
            $"'{path}' does not say what images it takes; give their shape, or a dataset.", path);
        var architecture = ClassifierArchitecture.Find(options.Architecture);
        using var two = architecture.Outline(shape, 2);
        using var three = architecture.Outline(shape, 3);
        var classes = Classes(archive, two, three, path);
        return new ClassifierDescription(architecture.Name, shape, []) { ClassCount = classes };
    }

    // The tensor whose shape depends on the number of classes tells it.
    private static int Classes(TensorArchive archive, ClassifierNetwork two, ClassifierNetwork three, string path)
    {
        var larger = three.state_dict();
        foreach (var (name, tensor) in two.state_dict())
        {
            if (tensor.shape.SequenceEqual(larger[name].shape)) continue;
            var axis = Array.FindIndex([.. tensor.shape.Zip(larger[name].shape)], pair => pair.First != pair.Second);
            var found = archive.Find(name)?.Shape;
            if (found is not null && found.Count == tensor.dim() && found[axis] is >= 2 and <= 100_000) return (int)found[axis];
            break;
        }

        throw new InputException(
            ModuleState.Mismatch, FaultKind.InvalidData,
            $"'{path}' has no last layer of the architecture '{two.GetName()}' from which to tell the classes.", path);
    }
}
