using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>The configurations of section 4.5.1: which parts the dual-domain model has, and which losses.</summary>
/// <param name="Name">A to G.</param>
/// <param name="HasSinogram">Whether it has SE-Net or SE-Net0.</param>
/// <param name="HasPyramid">Whether that is SE-Net, with the mask pyramid.</param>
/// <param name="HasImage">Whether it has IE-Net.</param>
/// <param name="HasConsistency">Whether it learns by the Radon consistency loss, too.</param>
public sealed record DualDomainConfiguration(
    string Name, bool HasSinogram, bool HasPyramid, bool HasImage, bool HasConsistency)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<DualDomainConfiguration> All { get; } =
    [
        new("A", HasSinogram: true, HasPyramid: false, HasImage: false, HasConsistency: false),
        new("B", HasSinogram: true, HasPyramid: true, HasImage: false, HasConsistency: false),
        new("C", HasSinogram: false, HasPyramid: false, HasImage: true, HasConsistency: false),
        new("D", HasSinogram: true, HasPyramid: false, HasImage: true, HasConsistency: false),
        new("E", HasSinogram: true, HasPyramid: true, HasImage: true, HasConsistency: false),
        new("F", HasSinogram: true, HasPyramid: false, HasImage: true, HasConsistency: true),
        new("G", HasSinogram: true, HasPyramid: true, HasImage: true, HasConsistency: true),
    ];

    /// <summary>The configuration of a name, in any case.</summary>
    /// <exception cref="InputException"><c>ConfigurationUnknown</c>.</exception>
    public static DualDomainConfiguration Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new InputException(
                "ConfigurationUnknown", FaultKind.InvalidArgument,
                $"'{Data.Printable.Text(name)}' is none of the configurations {string.Join(", ", All.Select(known => known.Name))}.", name);
    }
}
